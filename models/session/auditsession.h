// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/auditmodel.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>

#include <optional>

namespace crossfade {

// What the list is narrowed to; empty means any.
struct AuditFilter {
    QString action;
    QString objectType;
    QString objectId;
    QString subject;
    int sinceHours = 0; // back from the time of reading; 0: any time
    bool operator==(const AuditFilter &) const = default;
};

AuditRow auditFromJson(const Json &json);

// The audit of one of the two services: pages of entries, the chain's verification, the export.
class AuditSession : public QObject {
    Q_OBJECT
public:
    explicit AuditSession(Connection *connection, QObject *parent = nullptr);

    AuditModel *model() { return &m_model; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isStale() const;
    qint64 ageMs() const { return m_connection->ageMs(m_service); }
    qint64 total() const { return m_total; } // that the filter lets through, -1 unknown

    ServiceName service() const { return m_service; }
    void setService(ServiceName service);
    const AuditFilter &filter() const { return m_filter; }
    void setFilter(const AuditFilter &filter);
    void refresh();

    void verify();
    bool isVerifying() const { return m_verifying; }
    const std::optional<AuditVerification> &verification() const { return m_verification; }
    const std::optional<Error> &verifyError() const { return m_verifyError; }

    enum class Format { Csv, Ndjson };
    // All entries (not only those shown), written to the file at once or not at all.
    void exportTo(const QString &file, Format format);

Q_SIGNALS:
    void changed();
    void verificationChanged();
    void newEntries(); // something was done since the list was read
    void exported(const QString &file, qint64 bytes);
    void exportFailed(const QString &why);

private:
    void loadPage();
    void onPage(const Result<RestReply> &reply);
    void startAnew();
    void forgetVerification();
    RestCall listCall() const;

    Connection *m_connection;
    AuditModel m_model;
    ServiceName m_service = ServiceName::Router;
    AuditFilter m_filter;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    std::optional<Instant> m_from; // one for all pages of a list
    QString m_cursor;
    qint64 m_total = -1;
    int m_generation = 0;
    int m_verifyGeneration = 0;
    bool m_verifying = false;
    std::optional<AuditVerification> m_verification;
    std::optional<Error> m_verifyError;
};

} // namespace crossfade
