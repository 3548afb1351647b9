// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace crossfade {

// Asks before something is lost that nobody can bring back. Enter and Esc keep it.
class QuestionDialog : public QDialog {
    Q_OBJECT
public:
    struct Words {
        QString title;  // "Delete the profile prod?"
        QString effect; // what is lost
        QString yes;    // "Delete"
        QString no;     // "Cancel"
    };
    // Buttons "questionYes", which accepts, and "questionNo".
    explicit QuestionDialog(const Words &words, QWidget *parent = nullptr);
};

} // namespace crossfade
