// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/channelmodel.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <string>

namespace crossfade {

// Where alerts are told beside the console, and what came of it. One for the whole console.
class ChannelsSession : public QObject {
    Q_OBJECT
public:
    explicit ChannelsSession(Connection *connection, QObject *parent = nullptr);

    Connection *connection() const { return m_connection; }
    ChannelModel *model() { return &m_model; }
    const ChannelModel *model() const { return &m_model; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isKnown() const { return m_known; } // "none" and "not known" are not the same
    bool isStale() const;
    qint64 ageMs() const;
    QString changeObstacle() const; // admin
    QString testObstacle() const;   // operator, admin
    void refresh();

    // Exactly one answer each, while `context` lives. Stale: somebody else changed it, and the model
    // holds by then what is stored now.
    using Saved = std::function<void(const Result<ChannelRow> &)>;
    using Removed = std::function<void(const Result<void> &)>;
    void create(const ChannelInput &input, QObject *context, Saved done);
    void replace(const std::string &id, const std::string &version, const ChannelInput &input, QObject *context, Saved done);
    void remove(const std::string &id, const std::string &version, QObject *context, Removed done);

    // One at a time; its end is told by tested() or testFailed().
    void test(const std::string &id);
    bool isTesting() const { return !m_testing.empty(); }
    const std::string &testing() const { return m_testing; } // which one, else empty

    // The deliveries of one channel; "": of none.
    void look(const std::string &id);
    const std::string &lookedAt() const { return m_lookedAt; }
    DeliveryModel *deliveries() { return &m_deliveries; }
    LoadPhase deliveriesPhase() const { return m_deliveriesPhase; }
    const Error &deliveriesError() const { return m_deliveriesError; }
    void loadDeliveries(); // anew, from the first page

Q_SIGNALS:
    void changed();
    void deliveriesChanged();
    void tested(const std::string &id, const crossfade::DeliveryRow &delivery);
    void testFailed(const std::string &id, const crossfade::Error &error);

private:
    void forget();
    void onEvent(const ServerEvent &event);
    void onList(const Result<RestReply> &reply);
    void reload(const std::string &id, QObject *context, std::function<void()> then);
    void onOne(const std::string &id, const Result<RestReply> &reply);
    void afterConflict(const std::string &id, const Error &error, QObject *context, Removed done);
    void readAgain();
    void put(const ChannelRow &row);
    void drop(const std::string &id);
    void follow();
    void refreshSoon();
    void loadMore();
    void onTested(const std::string &id, const Result<RestReply> &reply);

    Connection *m_connection;
    ChannelModel m_model;
    DeliveryModel m_deliveries;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    bool m_known = false;
    bool m_reading = false;
    int m_generation = 0;
    std::map<std::string, int> m_asked; // of each channel: a later reading or its end makes an answer old
    std::string m_testing;
    int m_tests = 0;
    std::string m_lookedAt;
    LoadPhase m_deliveriesPhase = LoadPhase::Idle;
    Error m_deliveriesError;
    std::string m_cursor;
    int m_looks = 0;
    QTimer m_again;
    bool m_onceMore = false; // something came up while it ran
};

} // namespace crossfade
