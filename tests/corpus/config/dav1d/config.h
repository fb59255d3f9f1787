// What dav1d's meson.build writes for an Arm core under Linux.
#ifdef __aarch64__
# define ARCH_AARCH64 1
#else
# define ARCH_ARM 1
#endif
#define CONFIG_8BPC 1
#define CONFIG_16BPC 1
#define HAVE_AS_FUNC 1
