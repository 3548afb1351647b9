// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/rulessession.h"

#include <QDialog>

#include <functional>
#include <vector>

class QGridLayout;
class QRadioButton;
class QVBoxLayout;

namespace crossfade {

// Somebody else saved first: both versions field by field, one choice per field that differs. Of a rule that was to be
// deleted: what changed since it was looked at, and whether it is to go all the same.
class ConflictDialog : public QDialog {
    Q_OBJECT
public:
    ConflictDialog(const RuleConflict &conflict, QWidget *parent);

    RuleInput merged() const;

Q_SIGNALS:
    void theirsKept();

private:
    using Take = std::function<void(RuleInput &to, const RuleInput &from)>;
    struct Choice {
        QRadioButton *theirs;
        Take take;
    };
    void addField(QGridLayout *grid, const QString &name, const char *objectName,
                  const QString &base, const QString &mine, const QString &theirs, Take take);
    void addFields(QGridLayout *grid);
    void addHead(QVBoxLayout *all, const QString &title);
    void addButtons(QVBoxLayout *all);

    RuleConflict m_conflict;
    std::vector<Choice> m_choices;
};

} // namespace crossfade
