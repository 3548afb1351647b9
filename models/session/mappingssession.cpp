// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/mappingssession.h"

#include "models/consistency/mappingjson.h"
#include "models/items/text.h"
#include "models/session/jsonread.h"
#include "models/session/sessionwords.h"

#include <QPointer>
#include <QUrl>

#include <utility>

namespace crossfade {

namespace {

// The comparator asks both databases, ten seconds each.
constexpr std::chrono::seconds AskSourcesTimeout{30};

RestCall mappingCall(const QString &path)
{
    RestCall call;
    call.path = QStringLiteral("/api/v1/") + path;
    call.timeout = AskSourcesTimeout;
    return call;
}

Json relationJson(const MappedTable &table)
{
    return table.isQuery() ? Json{{"query", table.query}} : Json{{"table", table.table}};
}

QString mappingPath(const std::string &id)
{
    return QStringLiteral("mappings/") + QString::fromLatin1(QUrl::toPercentEncoding(toText(id)));
}

} // namespace

MappingsSession::MappingsSession(Connection *connection, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
{
    connect(m_connection, &Connection::refreshNeeded, this, [this](ServiceName service) {
        if (service == ServiceName::Comparator && m_asked) // also of other services than before
            refresh();
    });
    connect(m_connection, &Connection::targetChanged, this, [this] {
        ++m_generation;
        m_model.setRows({});
        m_sources.clear();
        m_known = false;
        m_phase = LoadPhase::Idle;
        Q_EMIT changed();
    });
    connect(m_connection, &Connection::reachChanged, this, &MappingsSession::changed);
    connect(m_connection, &Connection::sessionChanged, this, &MappingsSession::changed);
}

bool MappingsSession::isStale() const
{
    return m_connection->reach(ServiceName::Comparator) != Reach::Live;
}

qint64 MappingsSession::ageMs() const
{
    return m_connection->ageMs(ServiceName::Comparator);
}

QString MappingsSession::obstacle() const
{
    return obstacleFor(*m_connection, ServiceName::Comparator, {"operator", "admin"});
}

void MappingsSession::refresh()
{
    m_asked = true;
    if (m_phase != LoadPhase::Ready)
        m_phase = LoadPhase::Loading;
    const int generation = ++m_generation;
    Q_EMIT changed();
    RestCall sources = mappingCall(QStringLiteral("sources"));
    addQuery(sources, "limit", QStringLiteral("1000"));
    m_connection->get(ServiceName::Comparator, sources, this, [this, generation](const Result<RestReply> &reply) {
        if (generation != m_generation)
            return;
        if (!reply) {
            onMappings(reply);
            return;
        }
        m_sources.clear();
        for (const Json &source : jsonItems(reply->body))
            m_sources.push_back({jsonText(source, "id"), jsonText(source, "name"), jsonText(source, "kind")});
        RestCall mappings = mappingCall(QStringLiteral("mappings"));
        addQuery(mappings, "limit", QStringLiteral("1000"));
        m_connection->get(ServiceName::Comparator, mappings, this, [this, generation](const Result<RestReply> &list) {
            if (generation == m_generation)
                onMappings(list);
        });
    });
}

void MappingsSession::onMappings(const Result<RestReply> &reply)
{
    if (!reply) {
        m_error = reply.error();
        m_phase = LoadPhase::Failed;
        Q_EMIT changed();
        return;
    }
    std::vector<MappingEntry> rows;
    for (const Json &mapping : jsonItems(reply->body))
        rows.push_back(mappingEntryFromJson(mapping));
    m_model.setRows(std::move(rows));
    m_known = true;
    m_phase = LoadPhase::Ready;
    Q_EMIT changed();
}

void MappingsSession::columns(const MappedTable &table, QObject *context, Done<std::vector<SourceColumn>> done)
{
    RestCall call = mappingCall(QStringLiteral("sources/%1/columns")
                                    .arg(QString::fromLatin1(QUrl::toPercentEncoding(toText(table.sourceId)))));
    const auto take = [done = std::move(done)](const Result<RestReply> &reply) {
        if (!reply)
            return done(fail(reply.error()));
        std::vector<SourceColumn> columns;
        if (const Json &list = jsonAt(reply->body, "columns"); list.is_array())
            for (const Json &column : list)
                columns.push_back({jsonText(column, "name"), jsonText(column, "type"), jsonFlag(column, "key")});
        done(columns);
    };
    if (table.isQuery()) { // which may be longer than an address
        call.body = relationJson(table);
        m_connection->post(ServiceName::Comparator, call, context, take);
        return;
    }
    addQuery(call, "table", toText(table.table));
    m_connection->get(ServiceName::Comparator, call, context, take);
}

void MappingsSession::suggest(const Mapping &tables, QObject *context, Done<MappingDraft> done)
{
    const auto side = [](const MappedTable &table) {
        Json json = relationJson(table);
        json["source_id"] = table.sourceId;
        return json;
    };
    RestCall call = mappingCall(QStringLiteral("mappings/suggest"));
    call.body = Json{{"data_type", tables.dataType},
                     {"legacy", side(tables.legacyTable)},
                     {"new", side(tables.newTable)}};
    m_connection->post(ServiceName::Comparator, call, context, [done = std::move(done)](const Result<RestReply> &reply) {
        if (reply)
            done(mappingDraftFromJson(reply->body));
        else
            done(fail(reply.error()));
    });
}

void MappingsSession::save(const MappingEntry &entry, const QString &reason, QObject *context, Done<MappingEntry> done)
{
    const bool anew = entry.id.empty();
    RestCall call = mappingCall(anew ? QStringLiteral("mappings") : mappingPath(entry.id));
    call.body = mappingJson(entry.mapping);
    if (!reason.isEmpty())
        call.body["reason"] = toUtf8(reason);
    const auto take = [this, asked = QPointer<QObject>(context), done = std::move(done)](const Result<RestReply> &reply) {
        if (reply) {
            const MappingEntry stored = mappingEntryFromJson(reply->body);
            m_connection->report(tr("mapping of %1 saved").arg(toText(stored.mapping.dataType)));
            refresh();
            Q_EMIT this->stored();
            if (asked)
                done(stored);
            return;
        }
        if (reply.error().kind == ErrorKind::Stale || reply.error().kind == ErrorKind::NotFound)
            refresh();
        if (asked)
            done(fail(reply.error()));
    };
    if (anew) {
        m_connection->post(ServiceName::Comparator, call, this, take);
        return;
    }
    call.ifMatch = entry.version;
    m_connection->put(ServiceName::Comparator, call, this, take);
}

void MappingsSession::remove(const MappingEntry &entry, QObject *context, Done<void> done)
{
    RestCall call = mappingCall(mappingPath(entry.id));
    call.ifMatch = entry.version;
    m_connection->remove(ServiceName::Comparator, call, this,
                         [this, asked = QPointer<QObject>(context), done = std::move(done)](const Result<RestReply> &reply) {
                             refresh();
                             if (reply)
                                 Q_EMIT stored();
                             if (asked)
                                 done(reply ? Result<void>() : fail(reply.error()));
                         });
}

} // namespace crossfade
