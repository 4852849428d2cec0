// The sequence parameter set of a video of rendered frames. ISO/IEC 14496-10 7.3.2.1.1, E.1.1.
import { ImagingError } from '../imaging-error.ts';
import { rbspReader, rbspWriter } from './rbsp.ts';

/** What slices are read with, and the set therefore has to keep. */
interface SliceParameters {
  readonly log2MaxFrameNumMinus4: number;
  readonly maxNumRefFrames: number;
  /** Macroblocks of 16 x 16. */
  readonly across: number;
  readonly down: number;
}

/** Sequence parameter set, of a reference picture. */
const sequenceParameterSet = 0x67;
const baselineProfile = 66;
/** Neither arbitrary slice order nor redundant slices: decoders of the Main profile read it too. A.2.1.1 */
const constrainedBaseline = 0xc0;
/** ITU-T H.273: BT.709, of which sRGB has the primaries. */
const bt709 = 1;
const unspecifiedVideoFormat = 5;

function sliceParameters(unit: Uint8Array): SliceParameters {
  const { u, ue } = rbspReader(unit);
  const profile = u(8);
  u(16);
  const id = ue();
  const log2MaxFrameNumMinus4 = ue();
  const orderType = ue();
  if (profile !== baselineProfile || id !== 0 || orderType !== 2)
    throw new ImagingError('internal', 'a sequence parameter set that is not of this encoder');
  const maxNumRefFrames = ue();
  u(1);
  return { log2MaxFrameNumMinus4, maxNumRefFrames, across: ue() + 1, down: ue() + 1 };
}

/**
 * The encoder's set with what it leaves out: the pixels beside the picture cut off, the level the stream needs, and what its
 * colours are (BT.709, limited range), which players guess by the size of the picture where nothing says it.
 */
export function sequenceParameters(
  encoders: Uint8Array,
  { columns, rows, level }: { readonly columns: number; readonly rows: number; readonly level: number },
): Uint8Array {
  const kept = sliceParameters(encoders);
  const { u, ue, unit } = rbspWriter();
  u(8, baselineProfile);
  u(8, constrainedBaseline);
  u(8, level);
  ue(0); // seq_parameter_set_id
  ue(kept.log2MaxFrameNumMinus4);
  ue(2); // pic_order_cnt_type: in the order of decoding
  ue(kept.maxNumRefFrames);
  u(1, 0); // gaps_in_frame_num_value_allowed_flag
  ue(kept.across - 1);
  ue(kept.down - 1);
  u(1, 1); // frame_mbs_only_flag
  u(1, 1); // direct_8x8_inference_flag
  u(1, 1); // frame_cropping_flag, in units of two pixels: left, right, top, bottom
  ue(0);
  ue((kept.across * 16 - columns) / 2);
  ue(0);
  ue((kept.down * 16 - rows) / 2);
  u(1, 1); // vui_parameters_present_flag
  usability(u, ue);
  return unit(sequenceParameterSet);
}

/** Video usability information. E.1.1 */
function usability(u: (bits: number, value: number) => void, ue: (value: number) => void): void {
  u(1, 0); // aspect_ratio_info_present_flag
  u(1, 0); // overscan_info_present_flag
  u(1, 1); // video_signal_type_present_flag
  u(3, unspecifiedVideoFormat);
  u(1, 0); // video_full_range_flag
  u(1, 1); // colour_description_present_flag
  for (let of = 0; of < 3; of += 1) u(8, bt709); // primaries, transfer characteristics, matrix
  u(1, 1); // chroma_loc_info_present_flag: in the middle of the four pixels
  ue(1);
  ue(1);
  u(1, 0); // timing_info_present_flag: the file has the times
  u(1, 0); // nal_hrd_parameters_present_flag
  u(1, 0); // vcl_hrd_parameters_present_flag
  u(1, 0); // pic_struct_present_flag
  u(1, 0); // bitstream_restriction_flag
}
