//! Rows in Parquet: each is taken as the JSON that it is, and its values go to the columns that the shape
//! of its type names, as Dremel's paper lays nested values out: beside each value how much of its path is
//! there (definition level) and at which list it goes on (repetition level).

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use jiff::Timestamp;
use parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::{ColumnDescriptor, Type};
use serde_json::Value;

use super::schema::TYPES;
use super::{Row, Sink};

/// How many rows are kept before they are written.
const ROWS: usize = 1 << 16;

const NOTHING: Value = Value::Null;

/// A file for each type of row.
pub(super) struct Files<W: Write + Send> {
    tables: BTreeMap<&'static str, Table<W>>,
}

impl<W: Write + Send> Files<W> {
    /// Begins the files, each opened under the name of its type.
    pub(super) fn create(mut open: impl FnMut(&str) -> io::Result<W>) -> io::Result<Self> {
        let table = |(name, shape)| Ok((name, Table::new(open(name)?, shape)?));
        let tables: io::Result<_> = TYPES.into_iter().map(table).collect();
        Ok(Self { tables: tables? })
    }

    /// Ends the files and gives them back.
    pub(super) fn finish(self) -> io::Result<Vec<W>> {
        self.tables.into_values().map(Table::finish).collect()
    }
}

impl<W: Write + Send> Sink for Files<W> {
    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let mut value = serde_json::to_value(row)?;
        let kind = value.as_object_mut().and_then(|row| row.remove("type"));
        let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
        let table = self.tables.get_mut(kind);
        table.ok_or_else(|| wrong(kind, "has no shape"))?.add(&value)
    }
}

struct Table<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    shape: Arc<Type>,
    columns: Vec<Column>,
    rows: usize,
}

impl<W: Write + Send> Table<W> {
    fn new(file: W, shape: &str) -> io::Result<Self> {
        let shape = Arc::new(parse_message_type(shape).map_err(failed)?);
        let properties = Arc::new(WriterProperties::builder().build());
        let writer =
            SerializedFileWriter::new(file, Arc::clone(&shape), properties).map_err(failed)?;
        let columns = writer.schema_descr().columns().iter().map(|one| Column::new(one));
        let columns: io::Result<_> = columns.collect();
        Ok(Self { columns: columns?, writer, shape, rows: 0 })
    }

    fn add(&mut self, row: &Value) -> io::Result<()> {
        let level = Level { definition: 0, repetition: 0 };
        group(&mut self.columns, (&self.shape, 0), row, level)?;
        self.rows += 1;
        if self.rows == ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.rows > 0 {
            let mut rows = self.writer.next_row_group().map_err(failed)?;
            for column in &mut self.columns {
                column.write(&mut rows).map_err(failed)?;
            }
            rows.close().map_err(failed)?;
        }
        self.rows = 0;
        Ok(())
    }

    fn finish(mut self) -> io::Result<W> {
        self.flush()?;
        self.writer.into_inner().map_err(failed)
    }
}

#[derive(Clone, Copy)]
struct Level {
    definition: i16,
    repetition: i16,
}

/// Lays a value out from a column on; the answer is the column behind it.
fn put(
    columns: &mut [Column],
    (shape, at): (&Type, usize),
    value: &Value,
    level: Level,
) -> io::Result<usize> {
    let about = shape.get_basic_info();
    let mut level = level;
    if about.repetition() == Repetition::OPTIONAL && !value.is_null() {
        level.definition += 1;
    }
    if shape.is_primitive() {
        let column = columns.get_mut(at).ok_or_else(|| wrong(shape.name(), "has no column"))?;
        column.push(shape.name(), value, level)?;
        return Ok(at + 1);
    }
    match about.converted_type() {
        ConvertedType::LIST | ConvertedType::MAP => list(columns, (shape, at), value, level),
        _ => group(columns, (shape, at), value, level),
    }
}

fn group(
    columns: &mut [Column],
    (shape, at): (&Type, usize),
    value: &Value,
    level: Level,
) -> io::Result<usize> {
    let fields = shape.get_fields();
    let is_known = |key: &str| fields.iter().any(|field| field.name() == key);
    let mut keys = value.as_object().into_iter().flat_map(|object| object.keys());
    if let Some(key) = keys.find(|key| !is_known(key)) {
        return Err(wrong(key, "has no place in its shape"));
    }
    let mut at = at;
    for field in fields {
        let value = value.get(field.name()).unwrap_or(&NOTHING);
        at = put(columns, (field, at), value, level)?;
    }
    Ok(at)
}

/// A list, or a map as a list of keys and values.
fn list(
    columns: &mut [Column],
    (shape, at): (&Type, usize),
    value: &Value,
    level: Level,
) -> io::Result<usize> {
    let items: Vec<Vec<Value>> = match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().map(|item| vec![item.clone()]).collect(),
        Value::Object(pairs) => {
            pairs.iter().map(|(key, value)| vec![key.as_str().into(), value.clone()]).collect()
        }
        _ => return Err(wrong(shape.name(), "is no list")),
    };
    let fields: Vec<_> = shape.get_fields().iter().flat_map(|inner| inner.get_fields()).collect();
    let mut end = at;
    if items.is_empty() {
        for field in &fields {
            end = put(columns, (field, end), &NOTHING, level)?;
        }
    }
    for (number, item) in items.iter().enumerate() {
        let repetition = if number == 0 { level.repetition } else { 1 };
        let level = Level { definition: level.definition + 1, repetition };
        end = at;
        for (field, value) in fields.iter().zip(item) {
            end = put(columns, (field, end), value, level)?;
        }
    }
    Ok(end)
}

enum Values {
    Texts(Vec<ByteArray>),
    Whole(Vec<i64>),
    /// Microseconds since 1970.
    Times(Vec<i64>),
    Numbers(Vec<f64>),
    Answers(Vec<bool>),
}

/// The values of a column that are not written yet, with their levels.
struct Column {
    values: Values,
    definition: Vec<i16>,
    repetition: Vec<i16>,
    /// The levels of a value that is there, and of one in a list.
    most: Level,
}

impl Column {
    fn new(about: &ColumnDescriptor) -> io::Result<Self> {
        let is_time = matches!(about.logical_type_ref(), Some(LogicalType::Timestamp { .. }));
        let values = match about.physical_type() {
            Physical::BYTE_ARRAY => Values::Texts(Vec::new()),
            Physical::INT64 if is_time => Values::Times(Vec::new()),
            Physical::INT64 => Values::Whole(Vec::new()),
            Physical::DOUBLE => Values::Numbers(Vec::new()),
            Physical::BOOLEAN => Values::Answers(Vec::new()),
            _ => return Err(wrong(about.name(), "is of a type that no row has")),
        };
        let most = Level { definition: about.max_def_level(), repetition: about.max_rep_level() };
        Ok(Self { values, definition: Vec::new(), repetition: Vec::new(), most })
    }

    fn push(&mut self, name: &str, value: &Value, level: Level) -> io::Result<()> {
        match (&mut self.values, value) {
            (_, Value::Null) if level.definition < self.most.definition => {}
            (Values::Texts(all), Value::String(text)) => all.push(text.as_str().into()),
            (Values::Times(all), Value::String(text)) => {
                let time: Timestamp = text.parse().map_err(|_| wrong(name, "is no time"))?;
                all.push(time.as_microsecond());
            }
            (Values::Whole(all), Value::Number(number)) => {
                all.push(number.as_i64().ok_or_else(|| wrong(name, "is no whole number"))?);
            }
            (Values::Numbers(all), Value::Number(number)) => {
                all.push(number.as_f64().ok_or_else(|| wrong(name, "is no number"))?);
            }
            (Values::Answers(all), Value::Bool(is)) => all.push(*is),
            _ => return Err(wrong(name, "is not what its shape says")),
        }
        self.definition.push(level.definition);
        self.repetition.push(level.repetition);
        Ok(())
    }

    /// Writes the values as the next column of a group of rows, and forgets them.
    fn write<W: Write + Send>(
        &mut self,
        rows: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        let none = || ParquetError::General("more columns than the shape has".to_owned());
        let mut out = rows.next_column()?.ok_or_else(none)?;
        let definition = (self.most.definition > 0).then_some(&self.definition[..]);
        let repetition = (self.most.repetition > 0).then_some(&self.repetition[..]);
        match &mut self.values {
            Values::Texts(all) => {
                out.typed::<ByteArrayType>().write_batch(all, definition, repetition)?;
                all.clear();
            }
            Values::Whole(all) | Values::Times(all) => {
                out.typed::<Int64Type>().write_batch(all, definition, repetition)?;
                all.clear();
            }
            Values::Numbers(all) => {
                out.typed::<DoubleType>().write_batch(all, definition, repetition)?;
                all.clear();
            }
            Values::Answers(all) => {
                out.typed::<BoolType>().write_batch(all, definition, repetition)?;
                all.clear();
            }
        }
        self.definition.clear();
        self.repetition.clear();
        out.close()
    }
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => io::Error::other(cause),
        other => io::Error::other(other),
    }
}

fn wrong(what: &str, how: &str) -> io::Error {
    io::Error::other(format!("a row for Parquet is not as it should be: \"{what}\" {how}"))
}
