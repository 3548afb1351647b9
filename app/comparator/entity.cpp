// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/entity.h"

#include "app/comparator/setsource.h"
#include "app/service/zones.h"
#include "models/consistency/mappingjson.h"
#include "models/consistency/memberset.h"

namespace crossfade {

namespace {

Error named(Platform side, Error error)
{
    error.message = std::string(platformWord(side)) + ": " + error.message;
    return error;
}

Result<MappedSources> complete(Database &db, const std::string &id, const std::string &json)
{
    const Result<Json> body = parseJson(json);
    if (!body) return fail(ErrorKind::Internal, "a stored mapping cannot be read");
    Result<Mapping> mapping = parseMapping(*body);
    if (!mapping) return fail(ErrorKind::Internal, "a stored mapping cannot be read");
    if (const auto unknown = setZones(*mapping, zoneTable); !unknown.empty())
        return fail(ErrorKind::Internal, "a mapping cannot be used: " + unknown.front().message);
    Result<SourceSettings> legacy = loadSource(db, mapping->legacyTable.sourceId);
    if (!legacy) return fail(named(Platform::Legacy, legacy.error()));
    Result<SourceSettings> fresh = loadSource(db, mapping->newTable.sourceId);
    if (!fresh) return fail(named(Platform::New, fresh.error()));
    return MappedSources{id, *mapping, mapping->comparedFields(), *legacy, *fresh};
}

} // namespace

Result<SourceSettings> loadSource(Database &db, const std::string &id)
{
    const auto rows =
        db.query("SELECT kind, location, secret_from, secret_name FROM sources WHERE id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no source " + id);
    const SqlRow &row = rows->front();
    SourceSettings settings;
    const std::optional<SourceKind> kind = sourceKindFromWord(row.text(0));
    if (!kind) return fail(ErrorKind::Internal, "a source of an unknown kind is stored");
    settings.kind = *kind;
    settings.location = row.text(1);
    if (!row.isNull(2)) settings.secret = SecretReference{row.text(2) == "file", row.text(3)};
    return settings;
}

Result<SourceThrottle> loadThrottle(Database &db, const std::string &sourceId)
{
    const auto rows = db.query("SELECT load_sql, load_at_most, statement_ms FROM sources WHERE id = ?", {sourceId});
    if (!rows) return fail(rows.error());
    SourceThrottle throttle;
    if (rows->empty()) return throttle;
    const SqlRow &row = rows->front();
    if (!row.isNull(0)) throttle.load = LoadQuery{row.text(0), row.number(1)};
    if (!row.isNull(2)) throttle.statement = std::chrono::milliseconds(row.integer(2));
    return throttle;
}

Result<MappedSources> loadMapping(Database &db, const std::string &mappingId)
{
    const auto rows = db.query("SELECT body FROM mappings WHERE id = ?", {mappingId});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return fail(ErrorKind::NotFound, "there is no mapping " + mappingId);
    return complete(db, mappingId, rows->front().text(0));
}

Result<MappedSources> withSources(Database &db, const std::string &mappingId,
                                  const std::string &json)
{
    return complete(db, mappingId, json);
}

Result<EntityReader> EntityReader::open(const MappedSources &sources)
{
    EntityReader reader;
    reader.m_legacyView = tableView(sources.mapping, Platform::Legacy);
    reader.m_newView = tableView(sources.mapping, Platform::New);
    reader.m_legacyKeys = keysOf(reader.m_legacyView);
    reader.m_newKeys = keysOf(reader.m_newView);
    // So that an index of the keys holds all that is asked for.
    reader.m_legacyKeys.changedColumn.reset();
    reader.m_newKeys.changedColumn.reset();
    Result<SourceLoan> legacy = lendSource(sources.legacy, Access::Read);
    if (!legacy) return fail(named(Platform::Legacy, legacy.error()));
    Result<SourceLoan> fresh = lendSource(sources.fresh, Access::Read);
    if (!fresh) return fail(named(Platform::New, fresh.error()));
    reader.m_legacy = std::move(*legacy);
    reader.m_new = std::move(*fresh);
    if (sources.mapping.isOfSets()) {
        reader.m_legacySets = std::make_unique<SetSource>(*reader.m_legacy, memberView(sources.mapping, Platform::Legacy));
        reader.m_newSets = std::make_unique<SetSource>(*reader.m_new, memberView(sources.mapping, Platform::New));
    }
    return reader;
}

EntityReader::KeysOnly::KeysOnly(EntityReader &reader)
    : m_reader(reader)
{
    m_reader.m_keysOnly = true;
}

EntityReader::KeysOnly::~KeysOnly()
{
    m_reader.m_keysOnly = false;
}

Result<std::map<std::string, EntityPair>> EntityReader::read(const std::vector<std::string> &keys)
{
    std::map<std::string, EntityPair> result;
    for (const std::string &key : keys)
        result[key];
    Result<std::vector<SourceRow>> legacy = source(Platform::Legacy).fetch(m_legacyView, keys);
    if (!legacy) return fail(named(Platform::Legacy, legacy.error()));
    Result<std::vector<SourceRow>> fresh = source(Platform::New).fetch(m_newView, keys);
    if (!fresh) return fail(named(Platform::New, fresh.error()));
    for (SourceRow &row : *legacy) {
        const std::string key = row.row.key;
        result[key].legacy = std::move(row);
    }
    for (SourceRow &row : *fresh) {
        const std::string key = row.row.key;
        result[key].fresh = std::move(row);
    }
    if (!m_legacySets) return result;
    for (auto &[key, pair] : result) {
        if (pair.legacy && !pair.fresh) pair.fresh = SourceRow{emptySetRow(key), "t"};
        if (pair.fresh && !pair.legacy) pair.legacy = SourceRow{emptySetRow(key), "t"};
    }
    return result;
}

Result<EntityPair> EntityReader::readOne(const std::string &key)
{
    Result<std::map<std::string, EntityPair>> rows = read({key});
    if (!rows) return fail(rows.error());
    return std::move((*rows)[key]);
}

} // namespace crossfade
