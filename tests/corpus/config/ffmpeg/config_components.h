// FFmpeg's configure lists the codecs that are built here.
#define CONFIG_H264_DECODER 1
#define CONFIG_RV40_DECODER 1
#define CONFIG_VC1_DECODER 1
#define CONFIG_VP6_DECODER 1
#define CONFIG_VP8_DECODER 1
