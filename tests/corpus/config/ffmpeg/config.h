// What FFmpeg's configure writes for an Arm core with NEON under Linux, as far as its assembly asks for it.
#ifdef __aarch64__
# define ARCH_AARCH64 1
#else
# define ARCH_ARM 1
#endif
#define HAVE_NEON 1
#define HAVE_VFP 1
#define HAVE_VFPV3 1
#define HAVE_ARMV5TE 1
#define HAVE_ARMV6 1
#define HAVE_ARMV6T2 1
#define HAVE_ARMV5TE_EXTERNAL 1
#define HAVE_ARMV6T2_EXTERNAL 1
#define HAVE_AS_ARCH_DIRECTIVE 1
#define HAVE_AS_DN_DIRECTIVE 1
#define HAVE_AS_FPU_DIRECTIVE 1
#define HAVE_AS_FUNC 1
#define HAVE_SECTION_DATA_REL_RO 1
#define HAVE_VFP_ARGS 1
#define CONFIG_PIC 1
#define CONFIG_THUMB 0
#define EXTERN_ASM
