// What x264's configure writes for an Arm core under Linux.
#define HAVE_ARMV6 1
#define HAVE_ARMV6T2 1
#define HAVE_AS_FUNC 1
#define HAVE_NEON 1
#define SYS_LINUX 1
