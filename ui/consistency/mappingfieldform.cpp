// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/mappingfieldform.h"

#include "models/items/text.h"
#include "models/items/zones.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/tableview.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace crossfade {

namespace {

constexpr std::array FieldKindsInOrder{FieldKind::Text,    FieldKind::Integer, FieldKind::Decimal, FieldKind::Timestamp,
                                       FieldKind::Boolean, FieldKind::Binary,  FieldKind::Json};
constexpr int PairsHeight = 132;

bool hasValueMap(FieldKind kind)
{
    return kind == FieldKind::Text || kind == FieldKind::Integer || kind == FieldKind::Decimal || kind == FieldKind::Boolean;
}

bool hasTolerance(FieldKind kind)
{
    return kind == FieldKind::Integer || kind == FieldKind::Decimal || kind == FieldKind::Timestamp;
}

// Always with a point, as in the API: a comma would be another number where it groups thousands.
QString numberText(double number)
{
    return QString::number(number, 'g', QLocale::FloatingPointShortest);
}

} // namespace

MappingFieldForm::MappingFieldForm(QWidget *parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("mappingFieldForm"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 12);
    column->setSpacing(8);
    build(column);
    buildCompare(column);
    buildValueMap(column);
    column->addStretch(1);
    connect(&m_pairs, &ValueMapModel::edited, this, &MappingFieldForm::onEdit);
    adapt();
}

FormField *MappingFieldForm::add(QVBoxLayout *column, const char *pointer, const QString &label, QWidget *editor,
                                 const QString &help)
{
    auto *field = new FormField(label, editor, help);
    column->addWidget(field);
    m_fields[pointer] = field;
    return field;
}

QComboBox *MappingFieldForm::makeColumnBox(const char *name, const QString &accessible)
{
    auto *box = new QComboBox;
    box->setObjectName(QString::fromLatin1(name));
    box->setEditable(true);
    box->setInsertPolicy(QComboBox::NoInsert);
    box->setMinimumContentsLength(8);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // names may be long
    box->setAccessibleName(accessible);
    box->lineEdit()->setAccessibleName(accessible);
    connect(box, &QComboBox::currentTextChanged, this, &MappingFieldForm::onEdit);
    return box;
}

QComboBox *MappingFieldForm::makeZoneBox(const char *name, const QString &accessible)
{
    QComboBox *box = makeColumnBox(name, accessible);
    static const QStringList zones = desktopZoneNames();
    const QSignalBlocker quiet(box);
    box->addItems(zones);
    box->setCurrentText({});
    box->lineEdit()->setPlaceholderText(QStringLiteral("UTC"));
    return box;
}

void MappingFieldForm::build(QVBoxLayout *column)
{
    m_name = new QLineEdit;
    m_name->setObjectName(QStringLiteral("fieldName"));
    connect(m_name, &QLineEdit::textChanged, this, &MappingFieldForm::onEdit);
    add(column, "/name", tr("Name of the field"), m_name);
    auto *sides = new QHBoxLayout;
    sides->setSpacing(8);
    auto *left = new QVBoxLayout;
    auto *right = new QVBoxLayout;
    m_legacy = makeColumnBox("fieldLegacy", tr("Column of LEGACY"));
    m_new = makeColumnBox("fieldNew", tr("Column of NEW"));
    add(left, "/legacy_column", tr("Column of LEGACY"), m_legacy);
    add(right, "/new_column", tr("Column of NEW"), m_new);
    sides->addLayout(left, 1);
    sides->addLayout(right, 1);
    column->addLayout(sides);
    m_kind = new QComboBox;
    m_kind->setObjectName(QStringLiteral("fieldKind"));
    for (const FieldKind kind : FieldKindsInOrder)
        m_kind->addItem(toText(fieldKindWord(kind)), static_cast<int>(kind));
    connect(m_kind, &QComboBox::currentIndexChanged, this, &MappingFieldForm::onEdit);
    add(column, "/kind", tr("Kind of values"), m_kind);
}

void MappingFieldForm::buildCompare(QVBoxLayout *column)
{
    const auto check = [this](const QString &text, const char *name) {
        auto *box = new QCheckBox(text);
        box->setObjectName(QString::fromLatin1(name));
        connect(box, &QCheckBox::toggled, this, &MappingFieldForm::onEdit);
        return box;
    };
    m_trim = check(tr("trimmed"), "fieldTrim");
    m_lower = check(tr("lower case"), "fieldLower");
    m_upper = check(tr("upper case"), "fieldUpper");
    auto *transforms = new QWidget;
    auto *row = new QHBoxLayout(transforms);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    for (QCheckBox *box : {m_trim, m_lower, m_upper})
        row->addWidget(box);
    row->addStretch(1);
    add(column, "/transforms", tr("Compared"), transforms);
    m_scale = new QLineEdit;
    m_scale->setObjectName(QStringLiteral("fieldScale"));
    m_scale->setMaxLength(2);
    m_tolerance = new QLineEdit;
    m_tolerance->setObjectName(QStringLiteral("fieldTolerance"));
    m_tolerance->setMaxLength(24);
    for (QLineEdit *edit : {m_scale, m_tolerance})
        connect(edit, &QLineEdit::textChanged, this, &MappingFieldForm::onEdit);
    add(column, "/tolerance", tr("Tolerance"), m_tolerance);
    add(column, "/scale", tr("Digits after the point"), m_scale,
        tr("names the cause of a difference; it never rounds one away"));
    m_legacyZone = makeZoneBox("fieldLegacyZone", tr("Time zone of LEGACY's wall clock"));
    m_newZone = makeZoneBox("fieldNewZone", tr("Time zone of NEW's wall clock"));
    add(column, "/legacy_time_zone", tr("LEGACY writes times without a zone in"), m_legacyZone);
    add(column, "/new_time_zone", tr("NEW writes times without a zone in"), m_newZone);
    m_sensitive = check(tr("Sensitive: shown and kept only as a fingerprint"), "fieldSensitive");
    m_ignored = check(tr("Ignored: not compared"), "fieldIgnored");
    column->addWidget(m_sensitive);
    column->addWidget(m_ignored);
}

void MappingFieldForm::buildValueMap(QVBoxLayout *column)
{
    m_mapBox = new QWidget;
    auto *inner = new QVBoxLayout(m_mapBox);
    inner->setContentsMargins(0, 4, 0, 0);
    inner->setSpacing(4);
    inner->addWidget(new TextLabel(tr("Value map"), FontRole::PaneTitle));
    auto *help = new TextLabel(tr("Which value of LEGACY stands for which of NEW. A value in no pair stands for itself."),
                               FontRole::Secondary, Ink::Secondary);
    help->setWordWrap(true);
    inner->addWidget(help);
    m_pairsTable = new TableView;
    m_pairsTable->setObjectName(QStringLiteral("valueMap"));
    m_pairsTable->setAccessibleName(tr("Value map"));
    m_pairsTable->setModel(&m_pairs);
    m_pairsTable->setColumns({{ValueMapModel::Legacy, CellKind::Mono, 0}, {ValueMapModel::New, CellKind::Mono, 0}});
    m_pairsTable->setRowHeight(26);
    m_pairsTable->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_pairsTable->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                                  QAbstractItemView::AnyKeyPressed);
    m_pairsTable->setFixedHeight(PairsHeight);
    inner->addWidget(m_pairsTable);
    m_mapProblem = new TextLabel({}, FontRole::Secondary, Ink::Red);
    m_mapProblem->setObjectName(QStringLiteral("valueMapProblem"));
    m_mapProblem->setWordWrap(true);
    m_mapProblem->hide();
    inner->addWidget(m_mapProblem);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    auto *more = new Button(tr("Add a pair"));
    more->setObjectName(QStringLiteral("addPair"));
    m_removePair = new Button(tr("Delete"));
    m_removePair->setObjectName(QStringLiteral("removePair"));
    m_null = new Button(tr("NULL"));
    m_null->setObjectName(QStringLiteral("nullPair"));
    m_null->setToolTip(tr("SQL NULL instead of a text, or a text again"));
    for (Button *button : {more, m_removePair, m_null}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch(1);
    inner->addLayout(row);
    column->addWidget(m_mapBox);
    connect(more, &QPushButton::clicked, this, [this] {
        m_pairs.append();
        const QModelIndex at = m_pairs.index(m_pairs.rowCount() - 1, ValueMapModel::Legacy);
        m_pairsTable->setCurrentIndex(at);
        m_pairsTable->edit(at);
    });
    connect(m_removePair, &QPushButton::clicked, this, [this] { m_pairs.remove(m_pairsTable->currentIndex().row()); });
    connect(m_null, &QPushButton::clicked, this, [this] {
        const QModelIndex at = m_pairsTable->currentIndex();
        if (at.isValid()) {
            const ValuePair &pair = m_pairs.pairs()[static_cast<std::size_t>(at.row())];
            m_pairs.setNull(at, (at.column() == ValueMapModel::Legacy ? pair.legacy : pair.fresh).has_value());
        }
    });
}

FieldKind MappingFieldForm::kind() const
{
    return static_cast<FieldKind>(m_kind->currentData().toInt());
}

void MappingFieldForm::setColumns(const QStringList &legacy, const QStringList &fresh)
{
    m_filling = true;
    for (const auto &[box, names] : {std::pair(m_legacy, legacy), std::pair(m_new, fresh)}) {
        const QString text = box->currentText();
        box->clear();
        box->addItems(names);
        box->setCurrentText(text);
    }
    m_filling = false;
}

void MappingFieldForm::setField(const MappedField &field)
{
    m_filling = true;
    m_name->setText(toText(field.name));
    m_legacy->setCurrentText(toText(field.legacyColumn));
    m_new->setCurrentText(toText(field.newColumn));
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(field.kind)));
    const auto has = [&field](Transform one) {
        return std::find(field.transforms.begin(), field.transforms.end(), one) != field.transforms.end();
    };
    m_trim->setChecked(has(Transform::Trim));
    m_lower->setChecked(has(Transform::Lower));
    m_upper->setChecked(has(Transform::Upper));
    m_scale->setText(field.scale ? QString::number(*field.scale) : QString());
    m_tolerance->setText(field.tolerance ? numberText(*field.tolerance) : QString());
    m_legacyZone->setCurrentText(toText(field.legacyClock.zone));
    m_newZone->setCurrentText(toText(field.newClock.zone));
    m_sensitive->setChecked(field.sensitive);
    m_ignored->setChecked(field.ignored);
    m_pairs.setPairs(field.valueMap.pairs());
    m_filling = false;
    adapt();
}

// What cannot be read as a number is sent as one that is refused, rather than left out in silence.
MappedField MappingFieldForm::field() const
{
    MappedField field;
    field.name = toUtf8(m_name->text().trimmed());
    field.legacyColumn = toUtf8(m_legacy->currentText().trimmed());
    field.newColumn = toUtf8(m_new->currentText().trimmed());
    field.kind = kind();
    for (const auto &[box, one] : {std::pair(m_trim, Transform::Trim), std::pair(m_lower, Transform::Lower),
                                   std::pair(m_upper, Transform::Upper)})
        if (box->isChecked())
            field.transforms.push_back(one);
    const QLocale plain = QLocale::c();
    bool read = false;
    if (const QString text = m_scale->text().trimmed(); !text.isEmpty() && field.kind == FieldKind::Decimal) {
        const int scale = plain.toInt(text, &read);
        field.scale = read ? scale : -1;
    }
    if (const QString text = m_tolerance->text().trimmed(); !text.isEmpty() && hasTolerance(field.kind)) {
        const double tolerance = plain.toDouble(text, &read);
        field.tolerance = read ? tolerance : -1;
    }
    if (field.kind == FieldKind::Timestamp) {
        field.legacyClock.zone = toUtf8(m_legacyZone->currentText().trimmed());
        field.newClock.zone = toUtf8(m_newZone->currentText().trimmed());
    }
    field.sensitive = m_sensitive->isChecked();
    field.ignored = m_ignored->isChecked();
    if (hasValueMap(field.kind))
        setValueMap(field, m_pairs.pairs());
    return field;
}

void MappingFieldForm::onEdit()
{
    if (m_filling)
        return;
    adapt();
    Q_EMIT edited();
}

// What another kind takes is neither shown nor sent.
void MappingFieldForm::adapt()
{
    const FieldKind now = kind();
    m_fields.at("/scale")->setVisible(now == FieldKind::Decimal);
    m_fields.at("/tolerance")->setVisible(hasTolerance(now));
    m_fields.at("/tolerance")
        ->setHelp(now == FieldKind::Timestamp ? tr("seconds apart that are still equal; empty: none")
                                              : tr("how far apart values are still equal; empty: none"));
    for (const char *pointer : {"/legacy_time_zone", "/new_time_zone"})
        m_fields.at(pointer)->setVisible(now == FieldKind::Timestamp);
    m_mapBox->setVisible(hasValueMap(now));
}

void MappingFieldForm::setProblems(const std::vector<FieldError> &problems)
{
    for (const auto &[pointer, field] : m_fields) {
        QString text;
        for (const FieldError &problem : problems)
            if (problem.pointer == pointer && text.isEmpty())
                text = mappingProblemText(problem.message);
        field->setProblem(text);
    }
    m_pairs.setProblems(problems);
    QString map;
    for (const FieldError &problem : problems)
        if (problem.pointer.starts_with("/value_map") && map.isEmpty())
            map = mappingProblemText(problem.message);
    m_mapProblem->setText(map);
    m_mapProblem->setVisible(!map.isEmpty());
}

} // namespace crossfade
