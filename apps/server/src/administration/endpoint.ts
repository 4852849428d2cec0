// What the declaration of an endpoint of the administration API says.
import type { z } from 'zod';

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With variables as `:name`. */
  readonly path: string;
  readonly summary: string;
  readonly mediaType: string;
  /** Query parameters; any other is refused. */
  readonly query?: z.ZodObject;
  /** JSON that the request carries. */
  readonly body?: z.ZodType;
  /** Status of a request that was carried out, 200 where absent; 204 answers nothing. */
  readonly success?: 200 | 201 | 204;
  readonly response?: z.ZodType;
  /** Problems beside those any request can have. */
  readonly problems?: readonly number[];
}
