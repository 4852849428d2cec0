// Fonts of scripts that few machines have all of: loaded behind the first page, which does not wait for their list.
import './fonts.css';
