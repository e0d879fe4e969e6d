//! Files of results that other scanners wrote → their text, unpacked where they are packed.

use super::walk::why;
use crate::Error;
use crate::backlog::Text;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of a file of results, unpacked.
const MAX_LOG: u64 = 128 << 20;

/// Reads files of results.
///
/// # Errors
/// When a file cannot be read; the message names it and the repair.
pub fn logs(files: &[PathBuf]) -> Result<Vec<Text>, Error> {
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> Result<Text, Error> {
    let name = file.display().to_string();
    let error =
        |reason: String| Error { message: format!("cannot read `{name}`: {reason}; give a file of results") };
    let metadata = std::fs::metadata(file).map_err(|failure| error(why(&failure)))?;
    if !metadata.is_file() {
        return Err(error("it is no file".to_owned()));
    }
    let mut bytes = Vec::new();
    let opened = File::open(file).and_then(|file| file.take(MAX_LOG + 1).read_to_end(&mut bytes));
    opened.map_err(|failure| error(why(&failure)))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        let decoder = flate2::read::MultiGzDecoder::new(bytes.as_slice());
        let read = decoder.take(MAX_LOG + 1).read_to_end(&mut unpacked);
        read.map_err(|_| error("it is no whole gzip file".to_owned()))?;
        bytes = unpacked;
    }
    if bytes.len() as u64 > MAX_LOG {
        return Err(error(format!("it has more than {MAX_LOG} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| error("it is not UTF-8".to_owned()))?;
    Ok(Text { name, text: text.trim_start_matches('\u{feff}').to_owned() })
}
