// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QByteArray>
#include <QObject>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

// Which differences are to be repaired; what is empty does not matter.
struct ProposalFilter {
    std::string checkId;
    std::optional<std::string> field; // "": whole rows
    std::string type;
    std::string cause;
    bool operator==(const ProposalFilter &) const = default;
};
Json proposalFilterJson(const ProposalFilter &filter);

// Repair tasks for all differences that a filter finds: counted as the comparator counts them, made with the number
// that was seen. Where it is another one by then nothing is made, and it is counted anew.
class RepairProposalSession : public QObject {
    Q_OBJECT
public:
    static constexpr std::int64_t Most = 1'000; // with one proposal
    static constexpr int MostPages = 20;        // that are read to count

    explicit RepairProposalSession(Connection *connection, QObject *parent = nullptr);

    void look(const ProposalFilter &filter);
    void askFields(); // what there is to choose from
    const std::vector<std::string> &fields() const { return m_fields; } // "": whole rows
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    std::int64_t count() const { return m_count; }       // differences that can have a task; Ready only
    std::int64_t entities() const { return static_cast<std::int64_t>(m_entities.size()); }
    std::int64_t underRepair() const { return m_underRepair; } // left out: a task of theirs goes on
    bool isTooMany() const { return m_tooMany; }               // more than Most, or than could be counted

    bool isProposing() const { return m_proposing; }
    void propose(const QString &reason);

Q_SIGNALS:
    void changed();
    void fieldsRead();
    void proposed(const QString &firstRepair, int tasks);
    void countChanged(const QString &now, const QString &expected);
    void failed(const crossfade::Error &error);

private:
    void start();
    void next(const std::string &cursor, int page);
    void onPage(const Result<RestReply> &reply, int page);
    void onProposed(const Result<RestReply> &reply);

    Connection *m_connection;
    ProposalFilter m_filter;
    std::vector<std::string> m_fields;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    std::set<std::pair<std::string, std::string>> m_entities; // check, entity
    std::int64_t m_count = 0;
    std::int64_t m_underRepair = 0;
    int m_generation = 0;
    bool m_tooMany = false;
    bool m_looked = false;
    bool m_proposing = false;
    // Of a proposal nobody answered: asked for again it is the same one.
    QByteArray m_key;
    Json m_sent;
};

} // namespace crossfade
