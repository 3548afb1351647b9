// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <QString>

class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QStandardItemModel;

namespace crossfade {

struct PaletteChoice {
    QString text;
    QString detail;
    QString page;   // where it leads
    QString object; // given to that page
    QString action; // of the frame itself: "rollback", "theme:dark", …
};

// Ctrl+K: type, arrow, Enter. Also offers to trace whatever was typed as a user.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget *parent);
    // Empties the field and shows the choices, under `anchor`.
    void open(const QList<PaletteChoice> &choices, const QWidget *anchor);

Q_SIGNALS:
    void chosen(const crossfade::PaletteChoice &choice);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter(const QString &text);
    void take(int row);

    QLineEdit *m_edit;
    QListView *m_list;
    QStandardItemModel *m_rows;
    QList<PaletteChoice> m_choices;
    QList<PaletteChoice> m_shown;
};

// How well a choice fits what was typed: 0 not at all, more is better. Every word must occur; the
// start of the text counts most. Pure, for tests.
int paletteScore(const PaletteChoice &choice, const QString &typed);

} // namespace crossfade
