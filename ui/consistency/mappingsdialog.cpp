// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/mappingsdialog.h"

#include "models/items/text.h"
#include "models/session/sessionwords.h"
#include "ui/consistency/mappingeditor.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/questiondialog.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace crossfade {

namespace {

constexpr QSize MappingsSize{760, 460};

} // namespace

MappingsDialog::MappingsDialog(Connection *connection, QWidget *parent)
    : QDialog(parent)
    , m_session(new MappingsSession(connection, this))
{
    setObjectName(QStringLiteral("mappingsDialog"));
    setWindowTitle(tr("Mappings"));
    resize(MappingsSize);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    auto *head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(new TextLabel(tr("Mappings"), FontRole::DialogTitle));
    m_stale = new StaleChip;
    head->addWidget(m_stale);
    head->addWidget(new ElidingLabel(tr("which table and fields of LEGACY answer which of NEW"), FontRole::Body, Ink::Secondary), 1);
    column->addLayout(head);
    auto *pane = new Pane;
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("mappingsTable"));
    m_table->setAccessibleName(tr("Mappings"));
    m_table->setModel(m_session->model());
    m_table->setColumns({{MappingListModel::DataType, CellKind::Strong, 130},
                         {MappingListModel::Legacy, CellKind::Mono, 0},
                         {MappingListModel::New, CellKind::Mono, 0},
                         {MappingListModel::Fields, CellKind::Number, 64},
                         {MappingListModel::Authoritative, CellKind::Platform, 112}});
    m_state = new StateView(m_table);
    m_state->setObjectName(QStringLiteral("mappingsState"));
    pane->setContent(m_state);
    QHBoxLayout *foot = pane->addFootBar();
    const auto button = [&](const QString &text, const char *name) {
        auto *made = new Button(text);
        made->setObjectName(QString::fromLatin1(name));
        made->setAutoDefault(false);
        foot->addWidget(made);
        return made;
    };
    m_add = button(tr("New…"), "newMapping");
    m_edit = button(tr("Edit…"), "editMapping");
    m_delete = button(tr("Delete…"), "deleteMapping");
    foot->addStretch(1);
    column->addWidget(pane, 1);
    auto *last = new QHBoxLayout;
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_note->setObjectName(QStringLiteral("mappingsNote"));
    m_note->setWordWrap(true);
    last->addWidget(m_note, 1);
    auto *close = new Button(tr("Close"));
    close->setObjectName(QStringLiteral("mappingsClose"));
    close->setAutoDefault(false);
    last->addWidget(close);
    column->addLayout(last);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(m_add, &QPushButton::clicked, this, [this] { openEditor(true); });
    connect(m_edit, &QPushButton::clicked, this, [this] { openEditor(false); });
    connect(m_delete, &QPushButton::clicked, this, &MappingsDialog::askDelete);
    connect(m_state, &StateView::emptyAction, this, [this] { openEditor(true); });
    connect(m_state, &StateView::retry, m_session, &MappingsSession::refresh);
    connect(m_table, &TableView::rowActivated, this, [this] { openEditor(false); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (const MappingEntry *entry = selected())
            m_chosen = entry->id;
        sync();
    });
    connect(m_session, &MappingsSession::changed, this, &MappingsDialog::sync);
    connect(m_session, &MappingsSession::stored, this, &MappingsDialog::stored);
    sync();
    m_session->refresh();
    m_table->setFocus();
}

const MappingEntry *MappingsDialog::selected() const
{
    const int row = m_table->currentIndex().isValid() ? m_table->currentIndex().row() : -1;
    const auto &rows = m_session->model()->rows();
    return row >= 0 && row < static_cast<int>(rows.size()) ? &rows[static_cast<std::size_t>(row)] : nullptr;
}

void MappingsDialog::sync()
{
    const bool stale = m_session->isKnown() && m_session->isStale();
    m_stale->setAge(m_session->ageMs());
    m_stale->setStale(stale);
    m_table->setStale(stale);
    const auto &rows = m_session->model()->rows();
    if (!rows.empty()) {
        m_state->showContent();
        for (std::size_t at = 0; at < rows.size() && !m_wanted.empty(); ++at)
            if (rows[at].id == m_wanted) {
                m_wanted.clear();
                m_table->setCurrentIndex(m_session->model()->index(static_cast<int>(at), 0));
            }
        if (!m_table->currentIndex().isValid() && m_wanted.empty()) {
            // A list that was read anew has lost it: Delete and Enter must not mean another one than before.
            const auto before = std::ranges::find(rows, m_chosen, &MappingEntry::id);
            const auto at = before == rows.end() ? 0 : static_cast<int>(before - rows.begin());
            m_table->setCurrentIndex(m_session->model()->index(at, 0));
        }
    } else if (m_session->phase() == LoadPhase::Failed) {
        m_state->showError(tr("The mappings could not be read"), errorText(m_session->error()),
                           tr("Checks and syncs go on by what is stored."));
    } else if (!m_session->isKnown()) {
        m_state->showLoading();
    } else {
        m_state->showEmpty(tr("Nothing is mapped yet"),
                           tr("A mapping says which table and fields of LEGACY answer which of NEW. Checks, repairs and syncs go by it."),
                           tr("New mapping…"), Glyph::Plus);
        m_state->emptyButton()->setBlocked(m_session->obstacle());
    }
    QString why = m_session->obstacle();
    if (why.isEmpty() && !m_session->isKnown())
        why = tr("The mappings are not known yet.");
    if (why.isEmpty() && m_removing)
        why = tr("It is on its way.");
    QString anew = why;
    if (anew.isEmpty() && m_session->sources().empty())
        anew = tr("There is no source yet: an administrator adds the databases of both sides.");
    m_add->setBlocked(anew);
    if (why.isEmpty() && !selected())
        why = tr("Choose a mapping first.");
    // To look at one needs no right.
    m_edit->setBlocked(selected() ? QString() : tr("Choose a mapping first."));
    m_edit->setText(m_session->obstacle().isEmpty() ? tr("Edit…") : tr("Look…"));
    m_delete->setBlocked(why);
}

void MappingsDialog::openEditor(bool anew)
{
    const MappingEntry *entry = anew ? nullptr : selected();
    if ((anew && !m_add->isEnabled()) || (!anew && !entry))
        return;
    auto *editor = new MappingEditor(m_session, entry, this);
    connect(editor, &MappingEditor::saved, this, [this](const std::string &id) {
        m_wanted = id;
        say(tr("Saved."), false);
        sync();
    });
    openDialog(editor);
}

void MappingsDialog::askDelete()
{
    const MappingEntry *entry = selected();
    if (!entry)
        return;
    auto *box = new QuestionDialog({tr("Delete the mapping of %1?").arg(toText(entry->mapping.dataType)),
                                    tr("No check and no sync may use it. What was confirmed of its deletions is forgotten."),
                                    tr("Delete"), tr("Cancel")}, this);
    box->setObjectName(QStringLiteral("deleteMappingBox"));
    connect(box, &QDialog::accepted, this, [this, asked = *entry] {
        if (m_removing)
            return;
        m_removing = true;
        sync();
        m_session->remove(asked, this, [this, name = toText(asked.mapping.dataType)](const Result<void> &end) {
            m_removing = false;
            if (end)
                say(tr("The mapping of %1 is deleted.").arg(name), false);
            else
                say(QStringLiteral("%1. %2").arg(notDoneText(tr("Not deleted"), end.error()), errorText(end.error())), true);
            sync();
        });
    });
    openDialog(box);
}

void MappingsDialog::say(const QString &text, bool red)
{
    m_note->setInk(red ? Ink::Red : Ink::Secondary);
    m_note->setText(text);
}

} // namespace crossfade
