// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/importreport.h"
#include "models/routing/rule.h"
#include "models/session/connection.h"

#include <QByteArray>
#include <QObject>

#include <optional>

namespace crossfade {

// Which rules an export takes, by the router's own filters; all of them where nothing is set.
struct RuleSelection {
    std::optional<RuleType> kind;
    QString text; // in name, target or reason
};

// Rules to a file and from one. An import is first checked by the router (its dry run), and what was
// checked is what is sent then, whatever became of the file. The router stores all of it or nothing.
class RuleTransferSession : public QObject {
    Q_OBJECT
public:
    static constexpr qint64 MostBytes = 96LL << 20; // the router takes no more

    enum class Step {
        Idle,
        Reading,  // the file
        Checking, // the router looks at it
        Checked,  // there is a report
        Refused,  // no report: problem() says why
        Sending,
        Storing,  // the router has all of it, and its answer is waited for
        Done,     // the report is of what was done
    };

    explicit RuleTransferSession(Connection *connection, QObject *parent = nullptr);

    // Empty if it may be done now, else why not, for the tooltip.
    QString importObstacle() const;
    QString exportObstacle() const;

    // As CSV or (file.json) JSON; the file is written whole or not at all.
    void exportTo(const QString &file, const RuleSelection &selection = {});
    void cancelExport();
    bool isExporting() const { return m_exporting != nullptr; }
    qint64 received() const { return m_received; }

    void check(const QString &file);
    bool canImport() const; // checked, without a mistake, and something to change
    void import(const QString &reason);
    // Back to Idle, or while it is sent to Checked. Not once the router has all of it.
    void cancel();
    bool canCancel() const { return m_step != Step::Storing; }

    Step step() const { return m_step; }
    const QString &file() const { return m_file; }
    const ImportReport &report() const { return m_report; }
    ImportReportModel *model() { return &m_model; }
    const QString &problem() const { return m_problem; }
    // No answer came to the import: the same, with the same reason, may be asked again without harm.
    bool isUnanswered() const { return m_unanswered; }
    qint64 sent() const { return m_sent; }
    qint64 size() const { return m_bytes.size(); }

Q_SIGNALS:
    void changed();
    void exported(const QString &file, qint64 bytes);
    void exportFailed(const QString &why);
    void imported(const crossfade::ImportReport &report);

private:
    void go(Step step, const QString &problem = {});
    void refuse(const QString &why) { go(Step::Refused, why); }
    void onRead(const QByteArray &bytes, const QString &problem);
    void ask(const QString &problem = {});
    RestCall importCall(bool dryRun);
    void onChecked(const Result<RestReply> &reply, const QString &problem);
    void onImported(const Result<RestReply> &reply);
    void takeReport(const Json &json);
    QObject *newCall();
    void endCall();
    void forget();
    void writeExport(const QString &file, const QByteArray &bytes);

    Connection *m_connection;
    Step m_step = Step::Idle;
    QString m_file;
    QByteArray m_bytes;
    QByteArray m_type;
    QByteArray m_key;    // of the import, until it is answered
    QString m_reason;    // sent with it
    bool m_unanswered = false;
    qint64 m_sent = 0;
    ImportReport m_report;
    ImportReportModel m_model;
    QString m_problem;
    QObject *m_call = nullptr;      // what is under way ends when it goes
    QObject *m_exporting = nullptr;
    qint64 m_received = 0;
};

} // namespace crossfade
