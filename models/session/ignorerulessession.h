// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/ignorerulemodel.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace crossfade {

// The rules that hide differences: read once somebody looks, made and ended here.
class IgnoreRulesSession : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t MostRules = 10'000; // 200 hold at a time, the others are over

    explicit IgnoreRulesSession(Connection *connection, QObject *parent = nullptr);

    IgnoreRuleModel *model() { return &m_model; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isKnown() const { return m_known; }
    bool isStale() const;
    qint64 ageMs() const;
    QString obstacle() const; // to make or end one: operator, admin
    void refresh();

    // Each has exactly one answer, while `context` lives.
    using Done = std::function<void(const Result<void> &)>;
    void create(const IgnoreDraft &draft, QObject *context, Done done);
    void remove(const IgnoreRuleRow &rule, const QString &reason, QObject *context, Done done);

Q_SIGNALS:
    void changed();

private:
    void loadPage(const std::string &cursor, int generation);
    void onRules(const Result<RestReply> &reply);

    Connection *m_connection;
    IgnoreRuleModel m_model;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    std::vector<IgnoreRuleRow> m_loading;
    QTimer m_soon; // rules that are being applied are told one by one
    bool m_known = false;
    bool m_asked = false; // somebody looks at them
    int m_generation = 0;
    // Of a rule nobody answered to: asked for again it is the same one.
    QByteArray m_key;
    Json m_sent;
};

} // namespace crossfade
