// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the editor of a mapping is laid out.
#include "ui/consistency/mappingeditor.h"

#include "models/items/text.h"
#include "ui/consistency/mappingfieldform.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/tableview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr QSize MappingEditorSize{1000, 640}; // beside ROLL BACK where the window is smallest
constexpr int FieldFormWidth = 396;
constexpr int ColumnsAfterMs = 500;
constexpr int QueryHeight = 76; // four lines

Button *mappingButton(const QString &text, const char *name)
{
    auto *button = new Button(text);
    button->setObjectName(QString::fromLatin1(name));
    button->setAutoDefault(false);
    return button;
}

} // namespace

MappingEditor::MappingEditor(MappingsSession *session, const MappingEntry *entry, QWidget *parent)
    : QDialog(parent)
    , m_session(session)
    , m_base(entry ? *entry : MappingEntry())
{
    setObjectName(QStringLiteral("mappingEditor"));
    const QString title = isNew() ? tr("New mapping") : tr("Mapping of %1").arg(toText(m_base.mapping.dataType));
    setWindowTitle(title);
    resize(MappingEditorSize);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addWidget(new TextLabel(title, FontRole::DialogTitle));
    buildSides(column);
    buildMore(column);
    column->addWidget(buildFields(), 1);
    buildFoot(column);
    m_columnsSoon.setSingleShot(true);
    m_columnsSoon.setInterval(ColumnsAfterMs);
    connect(&m_columnsSoon, &QTimer::timeout, this, &MappingEditor::askColumns);
    connect(m_session, &MappingsSession::changed, this, &MappingEditor::syncButtons);
    fill(m_base.mapping);
    askColumns();
    m_type->setFocus();
}

FormField *MappingEditor::add(QVBoxLayout *column, const std::string &pointer, const QString &label, QWidget *editor,
                              const QString &help)
{
    auto *field = new FormField(label, editor, help);
    column->addWidget(field);
    m_fields[pointer] = field;
    return field;
}

// A table's name, or a query in its place: what is not chosen keeps what was written.
QWidget *MappingEditor::buildRelation(Side &side, const std::string &at, const QString &title, const char *names)
{
    const QString name = QString::fromLatin1(names);
    side.from = new Segmented;
    side.from->setObjectName(name + QStringLiteral("From"));
    side.from->setAccessibleName(tr("What the rows of %1 are read from").arg(title));
    side.from->addSegment(tr("table"), name + QStringLiteral("FromTable"));
    side.from->addSegment(tr("query"), name + QStringLiteral("FromQuery"));
    side.from->setCurrentIndex(0);
    side.from->setToolTip(tr("The rows of a query are compared and copied from; nothing is ever written to them."));
    side.table = new QLineEdit;
    side.table->setObjectName(name + QStringLiteral("Table"));
    side.table->setAccessibleName(tr("Table of %1").arg(title));
    side.table->setPlaceholderText(tr("users, or schema.users"));
    side.query = new QPlainTextEdit;
    side.query->setObjectName(name + QStringLiteral("Query"));
    side.query->setAccessibleName(tr("Query of %1").arg(title));
    side.query->setPlaceholderText(tr("SELECT … with a key of its own in each row"));
    side.query->setFont(fontOf(FontRole::Mono));
    side.query->setTabChangesFocus(true);
    side.query->setFixedHeight(QueryHeight);
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    add(column, at + "/table", tr("Table"), side.table);
    add(column, at + "/query", tr("Query"), side.query);
    m_fields.at(at + "/query")->hide();
    column->addStretch(1);
    return box;
}

QVBoxLayout *MappingEditor::buildSide(Side &side, const char *pointer, const QString &title, const char *names)
{
    const std::string at(pointer);
    const auto named = [names](QWidget *widget, const char *part, const QString &accessible) {
        widget->setObjectName(QString::fromLatin1(names) + QLatin1String(part));
        widget->setAccessibleName(accessible);
    };
    auto *column = new QVBoxLayout;
    column->setSpacing(6);
    side.source = new QComboBox;
    named(side.source, "Source", tr("Source of %1").arg(title));
    side.source->addItem(tr("Choose…"), QString());
    for (const MappingSource &source : m_session->sources())
        side.source->addItem(QStringLiteral("%1 · %2").arg(toText(source.name), toText(source.kind)), toText(source.id));
    side.keys = new QLineEdit;
    named(side.keys, "Keys", tr("Key columns of %1").arg(title));
    side.changed = new QComboBox;
    named(side.changed, "Changed", tr("Column of %1 that tells when a row last changed").arg(title));
    side.changed->setEditable(true);
    side.changed->setInsertPolicy(QComboBox::NoInsert);
    side.changed->lineEdit()->setAccessibleName(side.changed->accessibleName());
    side.changed->lineEdit()->setPlaceholderText(tr("none"));
    QWidget *relation = buildRelation(side, at, title, names);
    auto *head = new QHBoxLayout;
    head->addWidget(new TextLabel(title, FontRole::PaneTitle));
    head->addStretch(1);
    head->addWidget(side.from);
    column->addLayout(head);
    auto *first = new QHBoxLayout;
    first->setSpacing(8);
    auto *a = new QVBoxLayout;
    add(a, at + "/source_id", tr("Source"), side.source);
    a->addStretch(1);
    first->addLayout(a, 1);
    first->addWidget(relation, 1);
    column->addLayout(first);
    auto *second = new QHBoxLayout;
    second->setSpacing(8);
    auto *c = new QVBoxLayout;
    auto *d = new QVBoxLayout;
    add(c, at + "/key", tr("Key columns, in order"), side.keys);
    add(d, at + "/changed_column", tr("Last changed"), side.changed);
    second->addLayout(c, 1);
    second->addLayout(d, 1);
    column->addLayout(second);
    connect(side.source, &QComboBox::currentIndexChanged, this, &MappingEditor::onEdit);
    for (QLineEdit *edit : {side.table, side.keys})
        connect(edit, &QLineEdit::textChanged, this, &MappingEditor::onEdit);
    connect(side.query, &QPlainTextEdit::textChanged, this, &MappingEditor::onEdit);
    connect(side.from, &Segmented::currentChanged, this, [this, &side] {
        showRelation(side);
        side.askedFor.clear();
        onEdit();
    });
    connect(side.changed, &QComboBox::currentTextChanged, this, &MappingEditor::onEdit);
    return column;
}

void MappingEditor::buildSides(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(16);
    row->addLayout(buildSide(m_sides[0], "/legacy", QStringLiteral("LEGACY"), "legacy"), 1);
    row->addWidget(new Hairline(Qt::Vertical));
    row->addLayout(buildSide(m_sides[1], "/new", QStringLiteral("NEW"), "new"), 1);
    column->addLayout(row);
}

void MappingEditor::buildMore(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(16);
    const auto place = [row](int stretch) {
        auto *cell = new QVBoxLayout;
        row->addLayout(cell, stretch);
        return cell;
    };
    m_type = new QComboBox;
    m_type->setObjectName(QStringLiteral("mappingType"));
    m_type->setEditable(true);
    m_type->setInsertPolicy(QComboBox::NoInsert);
    m_type->addItems({QStringLiteral("USER"), QStringLiteral("PERMISSION"), QStringLiteral("ROLE"), QStringLiteral("AUDIT")});
    m_type->lineEdit()->setAccessibleName(tr("Data type"));
    add(place(1), "/data_type", tr("Data type"), m_type);
    m_setField = new QLineEdit;
    m_setField->setObjectName(QStringLiteral("mappingSetField"));
    m_setField->setAccessibleName(tr("Field that an entity has many of"));
    m_setField->setPlaceholderText(tr("none"));
    m_setField->setToolTip(tr("Where an entity has many rows, each with one value, as a user has roles: the field of that value. Empty: a row is an entity."));
    add(place(1), "/set_field", tr("Many of"), m_setField);
    m_keyKind = new Segmented;
    m_keyKind->setObjectName(QStringLiteral("mappingKeyKind"));
    m_keyKind->setAccessibleName(tr("Kind of the key"));
    m_keyKind->addSegment(tr("whole numbers"), QStringLiteral("keyInteger"));
    m_keyKind->addSegment(tr("text or several columns"), QStringLiteral("keyText"));
    m_keyKind->setCurrentIndex(0);
    add(place(0), "/key_kind", tr("Keys are"), m_keyKind);
    m_authority = new Segmented;
    m_authority->setObjectName(QStringLiteral("mappingAuthority"));
    m_authority->setAccessibleName(tr("Authoritative side"));
    m_authority->addSegment(QStringLiteral("LEGACY"), QStringLiteral("authorityLegacy"));
    m_authority->addSegment(QStringLiteral("NEW"), QStringLiteral("authorityNew"));
    m_authority->setCurrentIndex(0);
    add(place(0), "/authoritative", tr("Authoritative side"), m_authority);
    auto *safe = new QWidget;
    auto *boxes = new QHBoxLayout(safe);
    boxes->setContentsMargins(0, 0, 0, 0);
    boxes->setSpacing(10);
    const std::array texts{tr("insert"), tr("update"), tr("delete")};
    const std::array names{"safeInsert", "safeUpdate", "safeDelete"};
    for (std::size_t at = 0; at < m_safe.size(); ++at) {
        m_safe[at] = new QCheckBox(texts[at]);
        m_safe[at]->setObjectName(QString::fromLatin1(names[at]));
        connect(m_safe[at], &QCheckBox::toggled, this, &MappingEditor::onEdit);
        boxes->addWidget(m_safe[at]);
    }
    boxes->addStretch(1);
    add(place(1), "/safe_repairs", tr("Repairs that need no approval"), safe);
    column->addLayout(row);
    connect(m_type, &QComboBox::currentTextChanged, this, &MappingEditor::onEdit);
    connect(m_setField, &QLineEdit::textChanged, this, &MappingEditor::onEdit);
    connect(m_keyKind, &Segmented::currentChanged, this, &MappingEditor::onEdit);
    connect(m_authority, &Segmented::currentChanged, this, &MappingEditor::onEdit);
}

Pane *MappingEditor::buildFields()
{
    auto *pane = new Pane(tr("Fields"));
    m_suggest = mappingButton(tr("Suggest from both tables"), "suggestMapping");
    m_suggest->setKind(ButtonKind::Flat);
    m_suggest->setSymbol(Symbol::Search);
    connect(m_suggest, &QPushButton::clicked, this, &MappingEditor::suggest);
    pane->addAction(m_suggest);
    m_table = new TableView;
    m_table->setObjectName(QStringLiteral("mappingFields"));
    m_table->setAccessibleName(tr("Fields of the mapping"));
    m_table->setModel(&m_model);
    m_table->setRowHeight(26);
    m_table->setColumns({{MappingFieldModel::Name, CellKind::Text, 0},
                         {MappingFieldModel::Legacy, CellKind::Mono, 0},
                         {MappingFieldModel::New, CellKind::Mono, 0},
                         {MappingFieldModel::Kind, CellKind::Secondary, 92},
                         {MappingFieldModel::Compared, CellKind::Secondary, 0}});
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &current) { selectField(current.row()); });
    m_form = new MappingFieldForm;
    connect(m_form, &MappingFieldForm::edited, this, &MappingEditor::onField);
    auto *scroll = new QScrollArea;
    scroll->setAccessibleName(tr("Field of the mapping"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_form);
    scroll->viewport()->setAutoFillBackground(false);
    m_form->setAutoFillBackground(false);
    scroll->setFixedWidth(FieldFormWidth);
    m_formBox = scroll;
    auto *both = new QWidget;
    auto *row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_table, 1);
    row->addWidget(new Hairline(Qt::Vertical));
    row->addWidget(scroll);
    pane->setContent(both);
    QHBoxLayout *foot = pane->addFootBar();
    m_addField = mappingButton(tr("Add a field"), "addField");
    m_removeField = mappingButton(tr("Delete"), "removeField");
    foot->addWidget(m_addField);
    foot->addWidget(m_removeField);
    m_unpaired = new ElidingLabel;
    m_unpaired->setObjectName(QStringLiteral("unpairedColumns"));
    foot->addWidget(m_unpaired, 1);
    connect(m_addField, &QPushButton::clicked, this, [this] {
        m_model.append({});
        m_table->setCurrentIndex(m_model.index(m_model.rowCount() - 1, 0));
        onEdit();
    });
    connect(m_removeField, &QPushButton::clicked, this, [this] {
        m_model.remove(this->row());
        onEdit();
    });
    return pane;
}

void MappingEditor::buildFoot(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_reason = new ReasonField(ReasonField::Need::Optional);
    m_reason->setLabel({});
    m_reason->setPlaceholder(tr("Reason, kept in the audit"));
    m_reason->setMinimumWidth(210); // its placeholder, also in the widest style
    m_reason->setMaximumWidth(280);
    m_note = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_note->setObjectName(QStringLiteral("mappingNote"));
    m_note->setWordWrap(true);
    m_cancel = mappingButton(tr("Cancel"), "mappingCancel");
    m_save = new Button(ButtonKind::Accent, isNew() ? tr("Create the mapping") : tr("Save the mapping"));
    m_save->setObjectName(QStringLiteral("mappingSave"));
    m_save->setAutoDefault(false);
    row->addWidget(m_reason);
    row->addWidget(m_note, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_save);
    column->addLayout(row);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &MappingEditor::save);
}

} // namespace crossfade
