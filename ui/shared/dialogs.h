// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QDialog;
class QObject;
class QString;
class QVBoxLayout;

namespace crossfade {

// Opens a dialog over the window it belongs to and deletes it once it is closed. The window waits for
// the answer as under a modal dialog, with one difference: what was made reachable goes on taking
// clicks and keys. So ROLL BACK works whatever else is being asked.
void openDialog(QDialog *dialog);

// The column of a dialog that asks: its title and, in a sentence or two, what comes of it.
QVBoxLayout *addQuestion(QDialog *dialog, const QString &title, const QString &effect);

// A widget (with its children) or a shortcut that no dialog shuts off.
void setAlwaysReachable(QObject *object);

} // namespace crossfade
