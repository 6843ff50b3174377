//! The inventory for people, without findings: what is inside, where it stands, whether it could be
//! evaluated. At most 100 columns; nothing is cut off, long texts go on in the next line.

mod tree;

use std::io::{self, Write};

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::text::{WIDTH, count, plain, wrap};
use crate::inventory::{Component, Input, Inventory, Role, Scope};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The columns: title and greatest width.
const COLUMNS: [(&str, usize); 6] = [
    ("COMPONENT", WIDTH),
    ("VERSION", 20),
    ("SCOPE", 8),
    ("DIRECT", 6),
    ("AT", 13),
    ("EVALUATED", 27),
];

/// What stands between two columns.
const GAP: usize = 2;

/// Writes each document with its components, one line for each.
///
/// # Errors
/// When the writer fails.
pub fn table(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    for number in 0..inventory.inputs.len() {
        let Some(input) = heading(inventory, number, out)? else { continue };
        let mut rows: Vec<Row> = parts(inventory, number).map(|one| row(one, input)).collect();
        rows.sort();
        grid(&rows, out)?;
        warnings(input, out)?;
    }
    Ok(())
}

/// Writes each document as a tree: below each component what it brings in.
///
/// # Errors
/// When the writer fails.
pub fn tree(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    for number in 0..inventory.inputs.len() {
        let Some(input) = heading(inventory, number, out)? else { continue };
        tree::write(inventory, number, out)?;
        warnings(input, out)?;
    }
    Ok(())
}

fn parts(inventory: &Inventory, input: usize) -> impl Iterator<Item = &Component> {
    inventory.parts().filter(move |component| component.input == input)
}

/// The document, what it is about and how much is in it; a blank line before all but the first.
fn heading<'a>(
    inventory: &'a Inventory,
    number: usize,
    out: &mut dyn Write,
) -> io::Result<Option<&'a Input>> {
    let Some(input) = inventory.inputs.get(number) else { return Ok(None) };
    if number > 0 {
        writeln!(out)?;
    }
    let version = input.spec_version.as_deref().map(|version| format!(" {version}"));
    let about = input.subject.as_ref().map(|subject| {
        let version = subject.version.as_deref().unwrap_or_default();
        format!(", about {}", format!("{} {version}", subject.name).trim_end())
    });
    let found = inventory.count(Some(number));
    let missing = match found.not_evaluated {
        0 => String::new(),
        some => format!(", {some} NOT evaluated"),
    };
    let text = format!(
        "{}: {}{}{}: {}{missing}",
        input.path,
        input.format,
        version.unwrap_or_default(),
        about.unwrap_or_default(),
        count(found.declared, "component"),
    );
    for line in wrap(&plain(&text), WIDTH) {
        writeln!(out, "{BOLD}{line}{BOLD:#}")?;
    }
    Ok(Some(input))
}

fn warnings(input: &Input, out: &mut dyn Write) -> io::Result<()> {
    for warning in &input.warnings {
        for line in wrap(&plain(&format!("warning: {warning}")), WIDTH - 2) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// The cells of one component.
type Row = [String; COLUMNS.len()];

fn row(component: &Component, input: &Input) -> Row {
    let nothing = || "-".to_owned();
    let reference = component.reference.as_deref();
    let direct = match reference.and_then(|reference| input.graph.distance(reference)) {
        Some(1) => "yes".to_owned(),
        Some(_) => "no".to_owned(),
        None => nothing(),
    };
    let cells = [
        component.full_name(),
        component.version.clone().unwrap_or_else(nothing),
        component.scope.map(Scope::as_str).map_or_else(nothing, str::to_owned),
        direct,
        component.location.place.map_or_else(nothing, |place| place.to_string()),
        evaluated(component),
    ];
    cells.map(|cell| plain(&cell))
}

fn evaluated(component: &Component) -> String {
    match &component.identity {
        Ok(_) if component.is_not_covered() => "yes; not covered".to_owned(),
        Ok(_) => "yes".to_owned(),
        Err(why) => format!("NO: {}", why.reason.as_str()),
    }
}

fn grid(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let titles = COLUMNS.map(|(title, _)| title.to_owned());
    let widths = widths(&titles, rows);
    lines(&titles, &widths, (DIM, out))?;
    for row in rows {
        lines(row, &widths, (Style::new(), &mut *out))?;
    }
    Ok(())
}

/// As wide as the widest cell, up to the column's limit; the first column has what is left.
fn widths(titles: &Row, rows: &[Row]) -> [usize; COLUMNS.len()] {
    let mut widths = COLUMNS.map(|_| 0);
    for row in rows.iter().chain([titles]) {
        for ((width, cell), (_, limit)) in widths.iter_mut().zip(row).zip(COLUMNS) {
            *width = cell.width().min(limit).max(*width);
        }
    }
    let others: usize = widths.iter().skip(1).map(|width| width + GAP).sum();
    if let Some(first) = widths.first_mut() {
        *first = (*first).min(WIDTH.saturating_sub(others + 2));
    }
    widths
}

fn lines(
    row: &Row,
    widths: &[usize; COLUMNS.len()],
    (style, out): (Style, &mut dyn Write),
) -> io::Result<()> {
    let cells: Vec<Vec<String>> =
        row.iter().zip(widths).map(|(cell, width)| wrap(cell, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    for number in 0..height {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let text = cell.get(number).map_or("", String::as_str);
            line.push_str(text);
            line.push_str(&" ".repeat(width.saturating_sub(text.width()) + GAP));
        }
        writeln!(out, "  {style}{}{style:#}", line.trim_end())?;
    }
    Ok(())
}

/// Whether a component is the document's subject.
fn is_subject(component: &Component) -> bool {
    component.role == Role::Subject
}
