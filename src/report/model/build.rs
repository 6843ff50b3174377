//! From an audit to its report.

use super::{
    Advisory, Alternative, Blocker, BySeverity, Claim, Component, Components, Counts, Data,
    DeclaredIn, Envelope, EnvelopeFile, Epss, Exchange, Exploitation, Finding, Gate, Input, Kev,
    Mitigated, Mitigation, NotEvaluated, Policy, Record, Remedy, Report, SCHEMA, Severity, Source,
    Ssvc, Step, Subject, Summary, SuppressedBy, Tool, verdict_digest, verdict_label,
};
use crate::advisory::exploitation::{Known, ssvc};
use crate::advisory::playbook::Strength;
use crate::advisory::severity::Level;
use crate::config::Settings;
use crate::evidence::logging::weigh::Weighed;
use crate::files::sha256;
use crate::inventory::{self, GraphKnowledge};
use crate::judge::gate::{self, Class};
use crate::judge::{Judged, Verdict};
use crate::pipeline::Audit;
use crate::report::text::count;
use crate::{ids::AdvisoryId, matching, remedy};

pub(super) fn report<'a>(audit: &'a Audit, settings: &'a Settings) -> Report<'a> {
    let inventory = &audit.inventory;
    let findings = audit.judged.iter().zip(&audit.weighed);
    let findings: Vec<Finding<'_>> =
        findings.map(|(judged, weighed)| finding(audit, judged, weighed, settings)).collect();
    Report {
        envelope: envelope(audit, settings, &findings),
        gate: gate(&audit.gate, &findings),
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        generated_at: audit.now.to_string(),
        data: data(audit),
        policy: Policy {
            sha256: settings.sha256.as_deref(),
            path: settings.path.as_deref(),
            fail_on: settings.gate.fail_on.iter().map(ToString::to_string).collect(),
            certainty: settings.certainty.as_str(),
            not_evaluated: settings.gate.not_evaluated,
        },
        inputs: (0..inventory.inputs.len()).map(|index| input(inventory, index)).collect(),
        components: Components(inventory),
        not_evaluated: all_not_evaluated(inventory),
        findings,
        remedies: remedies(audit),
        summary: summary(&audit.judged, inventory.count(None).not_covered),
        warnings: &audit.warnings,
        issuer: &settings.issuer,
        original: None,
    }
}

fn envelope<'a>(audit: &'a Audit, settings: &Settings, findings: &[Finding<'_>]) -> Envelope<'a> {
    let verdict = findings.iter().map(|finding| {
        let part = &finding.component;
        (finding.id.as_str(), verdict_label(part.purl, part.name, part.version), finding.status)
    });
    let files = audit.run.files.iter().map(|file| EnvelopeFile {
        role: file.role,
        path: &file.path,
        sha256: &file.sha256,
    });
    Envelope {
        arguments: &audit.run.arguments,
        policy_sha256: settings.digest(),
        files: files.collect(),
        verdict_sha256: verdict_digest(audit.gate.class.as_str(), verdict),
    }
}

fn data(audit: &Audit) -> Data<'_> {
    let sources = audit.data.sources.iter().map(|source| Source {
        name: &source.name,
        kind: source.contents.as_str(),
        records: source.records,
        packages: source.packages,
        extent: source.extent.as_str(),
        withdrawn: source.withdrawn,
        built_at: source.built_at.map(|at| at.to_string()),
        sha256: &source.sha256,
        imported: source.is_imported,
    });
    let mut data = Data {
        sources: sources.collect(),
        ecosystems: &audit.data.ecosystems,
        whole: &audit.data.whole,
        caveat: None,
        age_days: audit.data.age_days,
        warnings: &audit.data.warnings,
    };
    data.caveat = caveat(audit, data.is_bundled_alone());
    data
}

/// What nobody may conclude from this data.
fn caveat(audit: &Audit, is_bundled_alone: bool) -> Option<String> {
    let data = &audit.data;
    if is_bundled_alone {
        let more = match data.exploited_packages {
            0 => "no other".to_owned(),
            some => format!("of {some} more only what is exploited"),
        };
        return Some(format!(
            "bundled data knows {} and {more}: no clean bill for the rest, load full data with \
             --advisories",
            count(data.packages, "package")
        ));
    }
    let in_part = data.ecosystems.iter().filter(|name| !data.whole.contains(name));
    let in_part: Vec<&str> = in_part.map(String::as_str).collect();
    (audit.inventory.count(None).not_covered > 0 && !in_part.is_empty()).then(|| {
        format!(
            "of {} only a selection of records is loaded: no clean bill for packages that it does \
             not name",
            in_part.join(", ")
        )
    })
}

fn input(inventory: &inventory::Inventory, index: usize) -> Input<'_> {
    let input = &inventory.inputs[index];
    let counted = inventory.count(Some(index));
    Input {
        path: &input.path,
        sha256: &input.sha256,
        format: input.format.to_string(),
        spec_version: input.spec_version.as_deref(),
        subject: input.subject.as_ref().map(|subject| Subject {
            name: &subject.name,
            version: subject.version.as_deref(),
            purl: subject.purl.as_deref(),
        }),
        components: Counts {
            declared: counted.declared,
            evaluated: counted.evaluated,
            not_evaluated: counted.not_evaluated,
            low_certainty: counted.low_certainty,
            named: counted.named,
            not_covered: counted.not_covered,
        },
        graph: match input.graph.knowledge() {
            GraphKnowledge::Complete => "complete",
            GraphKnowledge::Partial => "partial",
            GraphKnowledge::Absent => "absent",
        },
        warnings: &input.warnings,
        bom_link: input.bom_link.as_deref(),
    }
}

pub(super) fn component<'a>(
    inventory: &'a inventory::Inventory,
    component: &'a inventory::Component,
    twins: &[usize],
) -> Component<'a> {
    let graph = &inventory.inputs[component.input].graph;
    let distance = component.reference.as_deref().and_then(|r| graph.distance(r));
    let mut locations = vec![&component.location];
    locations.extend(twins.iter().map(|&twin| &inventory.components[twin].location));
    locations.sort();
    locations.dedup();
    Component {
        purl: component.purl_text.as_deref(),
        name: &component.name,
        version: component.version.as_deref(),
        scope: component.scope.map(inventory::Scope::as_str),
        direct: distance.map(|distance| distance == 1),
        certainty: component.identity.is_ok().then(|| component.certainty.as_str()),
        matched_as: matched_as(component),
        coverage: component.identity.is_ok().then(|| component.coverage.as_str()),
        locations,
        input: component.input,
        reference: component.reference.as_deref(),
        label: component.label(),
    }
}

/// The package that advisories were asked about, where the document does not name it plainly.
fn matched_as(component: &inventory::Component) -> Option<String> {
    let package = component.identity.as_ref().ok()?;
    let is_plain = component.certainty == inventory::Certainty::Exact;
    (!is_plain).then(|| format!("{} {}", package.ecosystem, package.name))
}

fn not_evaluated<'a>(
    inventory: &'a inventory::Inventory,
    declared: &'a inventory::Component,
) -> Option<NotEvaluated<'a>> {
    let why = declared.identity.as_ref().err()?;
    Some(NotEvaluated {
        component: component(inventory, declared, &[]),
        input: declared.input,
        reason: why.reason.as_str(),
        detail: why.detail.as_deref(),
        likely: why.likely.as_ref().map(|likely| likely.purl.as_str()),
        is_guessable: why.likely.as_ref().is_some_and(|likely| likely.package.is_some()),
    })
}

/// In an order that does not depend on the documents' own.
fn all_not_evaluated(inventory: &inventory::Inventory) -> Vec<NotEvaluated<'_>> {
    let found = inventory.parts().filter_map(|c| not_evaluated(inventory, c));
    let mut all: Vec<NotEvaluated<'_>> = found.collect();
    all.sort_by(|a, b| a.component.order().cmp(&b.component.order()));
    all
}

/// The remedy of the gravest finding first.
fn remedies(audit: &Audit) -> Vec<Remedy<'_>> {
    let rank = |remedy: &&remedy::Remedy| {
        audit.judged.iter().position(|judged| judged.finding.component == remedy.component)
    };
    let mut all: Vec<&remedy::Remedy> = audit.remedies.iter().collect();
    all.sort_by_key(rank);
    all.into_iter().map(|one| remedy(&audit.inventory, one)).collect()
}

fn finding<'a>(
    audit: &'a Audit,
    judged: &'a Judged,
    weighed: &'a Weighed,
    settings: &Settings,
) -> Finding<'a> {
    let inventory = &audit.inventory;
    let found = &judged.finding;
    let part = &inventory.components[found.component];
    Finding {
        id: fingerprint(inventory, found),
        component: component(inventory, part, &found.twins),
        advisory: advisory(found),
        records: found.evidence.iter().map(record).collect(),
        severity: Severity {
            level: found.severity.level.as_str(),
            score: found.severity.score,
            vector: found.severity.vector.as_deref(),
            source: found.severity.source.as_deref(),
        },
        exploitation: exploitation(&found.exploitation),
        status: if judged.is_open() { "open" } else { "suppressed" },
        suppressed_by: suppressed_by(&judged.verdict),
        mitigated: mitigated(found, weighed),
        conditions: &weighed.conditions,
        certainty: found.certainty.as_str(),
        counts_at_gate: judged.is_open() && gate::counts(judged, inventory, &settings.gate),
        notes: &found.notes,
        claims: found.claims.iter().map(claim).collect(),
        paths: paths(inventory, part),
        place: found.component,
        exchange: exchange(inventory, judged),
    }
}

fn exchange<'a>(inventory: &'a inventory::Inventory, judged: &'a Judged) -> Exchange<'a> {
    let found = &judged.finding;
    let part = &inventory.components[found.component];
    let copies = std::iter::once(&found.component).chain(&found.twins);
    Exchange {
        stated: judged.stated.as_ref(),
        references: copies.map(|&copy| inventory.components[copy].reference.as_deref()).collect(),
        cpe: part.cpe.as_deref(),
        group: part.group.as_deref(),
        is_subject: part.role == inventory::Role::Subject,
        modified: found.modified.map(|at| at.to_string()),
    }
}

fn exploitation(known: &Known) -> Exploitation<'_> {
    Exploitation {
        kev: known.kev.as_ref().map(|kev| Kev {
            added: &kev.added,
            due: kev.due.as_deref(),
            source: kev.source.as_deref(),
        }),
        epss: known.epss.as_ref().map(|epss| Epss {
            score: epss.score.value(),
            percentile: epss.percentile.value(),
            date: epss.day().to_string(),
            source: &epss.source,
        }),
        ssvc: known.ssvc.map(|decision| Ssvc {
            exploitation: decision.exploitation.map(ssvc::Exploited::as_str),
            automatable: decision.automatable,
            technical_impact: decision.technical_impact.map(ssvc::Impact::as_str),
            at: decision.at.to_string(),
        }),
    }
}

/// What the archive shows, else what the configuration shows.
fn mitigated<'a>(found: &'a matching::Finding, weighed: &'a Weighed) -> Option<Mitigated<'a>> {
    let archive = found.mitigated.as_ref();
    let archive = archive.map(|seen| Mitigated { by: seen.by, evidence: &seen.evidence });
    let configuration = weighed.mitigated.as_ref();
    archive.or(configuration.map(|seen| Mitigated { by: &seen.by, evidence: &seen.evidence }))
}

/// Component without version, flaw, subject without version: the same over edits and releases.
fn fingerprint(inventory: &inventory::Inventory, finding: &matching::Finding) -> String {
    let component = &inventory.components[finding.component];
    let subject = inventory.inputs[component.input].subject.as_ref();
    let package = component.identity.as_ref().map_or("", |package| package.name.as_str());
    let parts = [
        subject.map_or("", |subject| subject.name.as_str()),
        package,
        finding.ids.first().map_or("", AdvisoryId::as_str),
    ];
    let mut digest = sha256([parts.join("\n").as_bytes()]);
    digest.truncate(32);
    digest
}

fn advisory(finding: &matching::Finding) -> Advisory<'_> {
    let mut ids = finding.ids.iter().map(AdvisoryId::as_str);
    Advisory {
        id: ids.next().unwrap_or_default(),
        aliases: ids.collect(),
        summary: &finding.summary,
        published: finding.published.map(|at| at.to_string()),
        urls: &finding.urls,
    }
}

fn record(evidence: &matching::Evidence) -> Record<'_> {
    Record {
        id: evidence.id.as_str(),
        source: &evidence.source,
        affected: evidence.affected,
        fixed: evidence.fixed.as_deref(),
        last_affected: evidence.last_affected.as_deref(),
    }
}

fn claim(claim: &crate::advisory::record::Claim) -> Claim<'_> {
    Claim {
        about: &claim.about,
        source: &claim.source,
        value: &claim.value,
        url: claim.url.as_deref(),
        decides: claim.decides,
    }
}

fn suppressed_by(verdict: &Verdict) -> Option<SuppressedBy<'_>> {
    let Verdict::Suppressed(by) = verdict else {
        return None;
    };
    Some(SuppressedBy {
        kind: by.kind.as_str(),
        status: by.kind.status(),
        justification: by.justification.as_deref(),
        source: &by.source,
        ticket: by.ticket.as_deref(),
        author: by.author.as_deref(),
        at: by.at.as_deref(),
        until: by.until.as_deref(),
        word: by.word.as_deref(),
    })
}

fn paths(inventory: &inventory::Inventory, component: &inventory::Component) -> Vec<Vec<Step>> {
    let Some(reference) = &component.reference else {
        return Vec::new();
    };
    let input = &inventory.inputs[component.input];
    let step = |reference: &str| {
        let component = inventory.by_reference(component.input, reference);
        Step {
            reference: reference.to_owned(),
            purl: component.and_then(|component| component.purl_text.clone()),
            label: component.map_or_else(|| reference.to_owned(), inventory::Component::short),
        }
    };
    let paths = input.graph.paths(reference);
    paths.into_iter().map(|path| path.into_iter().map(step).collect()).collect()
}

fn remedy<'a>(inventory: &'a inventory::Inventory, remedy: &'a remedy::Remedy) -> Remedy<'a> {
    let component = &inventory.components[remedy.component];
    Remedy {
        component: component.label(),
        action: remedy.action.as_str(),
        to: remedy.to.as_ref().map(|to| to.version.as_str()),
        java: remedy.to.as_ref().and_then(|to| to.java),
        clears: remedy.clears.iter().map(AdvisoryId::as_str).collect(),
        leaves: remedy.leaves.iter().map(AdvisoryId::as_str).collect(),
        alternatives: remedy
            .alternatives
            .iter()
            .map(|other| Alternative { to: &other.to, why: &other.why })
            .collect(),
        declared_in: remedy.declared_in.as_ref().map(|at| DeclaredIn {
            path: &at.path,
            line: at.line,
            how: &at.how,
        }),
        introduced_by: &remedy.introduced_by,
        steps: &remedy.steps,
        mitigations: remedy.mitigations.iter().map(mitigation).collect(),
        place: remedy.component,
        change: change(component, remedy),
    }
}

/// One line of one file, or one release of one Maven group: whatever a single change moves.
fn change(component: &inventory::Component, remedy: &remedy::Remedy) -> String {
    let to = remedy.to.as_ref().map_or("", |to| to.version.as_str());
    if let Some(at) = &remedy.declared_in
        && at.owner != inventory::Owner::Release
    {
        return format!("{}:{} {to}", at.path, at.line);
    }
    match (&component.identity, &remedy.to) {
        (Ok(package), Some(to)) if remedy.release == remedy::Release::OfGroup => {
            let group = package.name.split_once(':').map_or(package.name.as_str(), |(g, _)| g);
            format!("{} {group} {} {:?}", component.input, to.version, to.line)
        }
        _ => format!("{} {}", component.input, component.label()),
    }
}

fn mitigation(stopgap: &remedy::Stopgap) -> Mitigation<'_> {
    Mitigation {
        what: &stopgap.what,
        strength: match stopgap.strength {
            Strength::Full => "full",
            Strength::Partial => "partial",
        },
        works_for: &stopgap.works_for,
        not_for: &stopgap.not_for,
        versions: &stopgap.versions,
    }
}

fn gate<'a>(gate: &'a gate::Gate, findings: &[Finding<'_>]) -> Gate<'a> {
    let blockers = gate.blockers.iter().map(|blocker| Blocker {
        rule: &blocker.rule,
        about: &blocker.about,
        finding: blocker.finding.map(|place| findings[place].id.clone()),
        change: &blocker.change,
    });
    Gate {
        blockers: blockers.collect(),
        verdict: if gate.class == Class::Ok { "pass" } else { "fail" },
        class: gate.class.as_str(),
        exit_code: gate.class.code(),
        reasons: gate.reasons.iter().map(|(_, text)| text.as_str()).collect(),
    }
}

fn summary(judged: &[Judged], not_covered: usize) -> Summary {
    let open = || judged.iter().filter(|one| one.is_open());
    let at = |level| open().filter(|one| one.finding.severity.level == level).count();
    Summary {
        open: open().count(),
        suppressed: judged.len() - open().count(),
        not_covered,
        by_severity: BySeverity {
            critical: at(Level::Critical),
            high: at(Level::High),
            medium: at(Level::Medium),
            low: at(Level::Low),
            none: at(Level::None),
            unknown: at(Level::Unknown),
        },
    }
}
