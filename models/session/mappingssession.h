// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/mappingmodels.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>

#include <functional>
#include <string>
#include <vector>

namespace crossfade {

// Which table and fields of one side answer which of the other: the mappings, the sources they are of, and what the
// comparator suggests for two tables.
class MappingsSession : public QObject {
    Q_OBJECT
public:
    explicit MappingsSession(Connection *connection, QObject *parent = nullptr);

    MappingListModel *model() { return &m_model; }
    const std::vector<MappingSource> &sources() const { return m_sources; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isKnown() const { return m_known; }
    bool isStale() const;
    qint64 ageMs() const;
    QString obstacle() const; // to change: operator, admin
    void refresh();

    // Each has exactly one answer, while `context` lives.
    template <class Value>
    using Done = std::function<void(const Result<Value> &)>;
    void columns(const MappedTable &table, QObject *context, Done<std::vector<SourceColumn>> done); // its source and relation
    void suggest(const Mapping &tables, QObject *context, Done<MappingDraft> done); // data type, sources and tables of it
    // A new one without an id. Stale: somebody changed it since `version`.
    void save(const MappingEntry &entry, const QString &reason, QObject *context, Done<MappingEntry> done);
    void remove(const MappingEntry &entry, QObject *context, Done<void> done);

Q_SIGNALS:
    void changed();
    void stored(); // by this console: other sessions read anew

private:
    void onMappings(const Result<RestReply> &reply);

    Connection *m_connection;
    MappingListModel m_model;
    std::vector<MappingSource> m_sources;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    bool m_known = false;
    bool m_asked = false; // somebody looks at it
    int m_generation = 0;
};

// Lenient: a draft has no key where the comparator found none.
MappingEntry mappingEntryFromJson(const Json &json);
MappingDraft mappingDraftFromJson(const Json &json);

} // namespace crossfade
