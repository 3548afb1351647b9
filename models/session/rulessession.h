// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulefindings.h"
#include "models/items/rulemodel.h"
#include "models/items/rulepreview.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"
#include "models/session/rulesedits.h"
#include "models/session/ruletransfersession.h"

#include <QObject>

#include <deque>
#include <optional>
#include <unordered_set>
#include <vector>

namespace crossfade {

// Somebody else saved first: what was edited, what is wanted, what is there now.
struct RuleConflict {
    std::string id;
    RuleInput base;
    RuleInput mine;
    bool deletes = false; // it was to be deleted, by somebody who had not seen theirs
    std::optional<RuleRow> theirs; // none: deleted meanwhile
};

// The routing rules as the console knows them, the edits not yet saved, and their commands.
class RulesSession : public QObject {
    Q_OBJECT
public:
    explicit RulesSession(Connection *connection, QObject *parent = nullptr);

    RuleModel *model() { return &m_model; }
    const RulesEdits &edits() const { return m_edits; }
    RuleTransferSession *transfer() const { return m_transfer; } // files of rules, in and out
    LoadPhase phase() const { return m_phase; }
    // All of them were read once from this router; until then what is here is a part.
    bool isComplete() const { return m_complete; }
    const Error &error() const { return m_error; }
    bool isStale() const;
    qint64 ageMs() const; // since the router was last heard
    // Empty if rules may be edited and saved now, else why not, for the tooltip.
    QString obstacle() const;
    bool isSaving() const { return m_saving; }
    const RuleFindings &findings() const { return m_findings; }

    void refresh();
    QString add(const RuleInput &input);
    QString duplicate(const QString &id);
    // `seen`: what was looked at when the change was begun, where that took a while.
    void change(const QString &id, const RuleInput &input, const std::optional<RuleRow> &seen = {});
    void setActive(const QString &id, bool active);
    void remove(const QString &id);
    void revert(const QString &id);
    void discard();

    void preview();
    // One edit after the other; what fails stays an edit and says why at its fields.
    void save(const QString &reason);
    void resolve(const RuleConflict &conflict, const RuleInput &merged);
    void keepTheirs(const RuleConflict &conflict);
    // Takes back the last edit that was saved from here, unless somebody changed it since.
    bool canUndo() const { return !m_undo.empty(); }
    void undo();
    qint64 lastSavedMs() const { return m_lastSavedMs; }

Q_SIGNALS:
    void changed();
    void previewed(const crossfade::RulePreview &preview);
    void previewFailed(const crossfade::Error &error);
    void saved(int count);
    // `id` may be empty when no single rule is to blame.
    void saveFailed(const QString &id, const crossfade::Error &error);
    void conflict(const crossfade::RuleConflict &conflict);

private:
    struct Undo {
        std::optional<RuleRow> before;
        std::optional<RuleRow> after;
    };
    static constexpr std::size_t MaxRules = 100'000;
    static constexpr std::size_t MaxUndo = 50;

    void loadPage(const QString &cursor, int generation);
    void onEvent(const ServerEvent &event);
    void takePage(const Json &page);
    void showTouched();
    void publish();
    void saveNext();
    void onSaved(const std::string &id, const RulesEdits::Edit &edit, const Result<RestReply> &reply);
    void onNotSaved(const std::string &id, const RulesEdits::Edit &edit, const Error &error);
    void finishSave();
    void askConflict(const std::string &id);
    void onConflict(const std::string &id, const Result<RestReply> &reply);
    void onUndone(const Undo &step, const Result<RestReply> &reply);
    Json changesJson() const;

    Connection *m_connection;
    RuleTransferSession *m_transfer = nullptr;
    RuleModel m_model;
    RulesEdits m_edits;
    RuleFindings m_findings;
    std::unordered_set<std::string> m_loaded; // the ids of the pages so far
    // What events told of while pages were on their way: those may be older. While loading only.
    std::optional<std::unordered_set<std::string>> m_meanwhile;
    LoadPhase m_phase = LoadPhase::Idle;
    bool m_complete = false;
    Error m_error;
    int m_generation = 0;

    bool m_saving = false;
    std::deque<std::string> m_queue;
    std::string m_reason;
    int m_savedCount = 0;
    std::vector<Undo> m_undo;
    qint64 m_lastSavedMs = 0;
};

} // namespace crossfade

