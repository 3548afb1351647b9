// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/commandpalette.h"

#include "ui/shared/theme.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr int MostShown = 60;
constexpr int RowHeight = 28;

class ChoiceDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {100, RowHeight};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override
    {
        const Tokens &tokens = tokensOf(option.palette);
        painter->save();
        if (option.state & QStyle::State_Selected) {
            painter->fillRect(option.rect, tokens.highlight);
            painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                              tokens.ink);
        }
        const QRect inner = option.rect.adjusted(12, 0, -12, 0);
        painter->setFont(fontOf(FontRole::Body));
        painter->setPen(tokens.text);
        const QFontMetrics metrics(painter->font());
        const QString text =
            metrics.elidedText(index.data().toString(), Qt::ElideRight, inner.width() * 3 / 5);
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignLeft, text);
        painter->setFont(fontOf(FontRole::Secondary));
        painter->setPen(tokens.secondary);
        const QRect rest = inner.adjusted(metrics.horizontalAdvance(text) + 16, 0, 0, 0);
        painter->drawText(rest, Qt::AlignVCenter | Qt::AlignRight,
                          QFontMetrics(painter->font())
                              .elidedText(index.data(Qt::UserRole).toString(), Qt::ElideLeft,
                                          rest.width()));
        painter->restore();
    }
};

} // namespace

int paletteScore(const PaletteChoice &choice, const QString &typed)
{
    int score = 1;
    const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const qsizetype at = choice.text.indexOf(word, 0, Qt::CaseInsensitive);
        if (at == 0)
            score += 100;
        else if (at > 0)
            score += choice.text.at(at - 1).isLetterOrNumber() ? 20 : 50;
        else if (choice.detail.contains(word, Qt::CaseInsensitive))
            score += 5;
        else
            return 0;
    }
    return score;
}

CommandPalette::CommandPalette(QWidget *parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint)
    , m_edit(new QLineEdit)
    , m_list(new QListView)
    , m_rows(new QStandardItemModel(this))
{
    setObjectName(QStringLiteral("commandPalette"));
    m_edit->setObjectName(QStringLiteral("paletteEdit"));
    m_edit->setPlaceholderText(tr("Go to user, rule, policy, action…"));
    m_edit->setAccessibleName(m_edit->placeholderText());
    m_edit->setMaxLength(200);
    m_list->setObjectName(QStringLiteral("paletteList"));
    m_list->setAccessibleName(tr("Choices"));
    m_list->setModel(m_rows);
    m_list->setItemDelegate(new ChoiceDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(m_edit);
    column->addWidget(m_list);
    m_edit->installEventFilter(this);
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListView::clicked, this,
            [this](const QModelIndex &index) { take(index.row()); });
}

void CommandPalette::open(const QList<PaletteChoice> &choices, const QWidget *anchor)
{
    m_choices = choices;
    m_edit->clear();
    filter({});
    resize(qMax(480, anchor->width()), 420);
    const QPoint below = anchor->mapToGlobal(QPoint(0, anchor->height() + 2));
    move(below.x() - (width() - anchor->width()) / 2, below.y());
    show();
    m_edit->setFocus();
}

void CommandPalette::filter(const QString &text)
{
    QList<std::pair<int, PaletteChoice>> fitting;
    for (const PaletteChoice &choice : m_choices)
        if (const int score = paletteScore(choice, text); score > 0)
            fitting.append({score, choice});
    std::stable_sort(fitting.begin(), fitting.end(),
                     [](const auto &a, const auto &b) { return a.first > b.first; });
    m_shown.clear();
    for (const auto &[score, choice] : fitting.mid(0, MostShown))
        m_shown.append(choice);
    const QString typed = text.trimmed();
    if (!typed.isEmpty() && !typed.contains(QLatin1Char(' ')))
        m_shown.append({tr("Where is user %1 served, and why?").arg(typed), tr("user"),
                        QStringLiteral("rules"), QStringLiteral("user:") + typed, {}});
    m_rows->clear();
    for (const PaletteChoice &choice : m_shown) {
        auto *item = new QStandardItem(choice.text);
        item->setData(choice.detail, Qt::UserRole);
        m_rows->appendRow(item);
    }
    m_list->setCurrentIndex(m_rows->index(0, 0));
}

void CommandPalette::take(int row)
{
    if (row < 0 || row >= m_shown.size())
        return;
    const PaletteChoice choice = m_shown.at(row);
    accept();
    Q_EMIT chosen(choice);
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const int row = m_list->currentIndex().row();
    const auto go = [this](int to) {
        m_list->setCurrentIndex(m_rows->index(std::clamp(to, 0, m_rows->rowCount() - 1), 0));
        return true;
    };
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Down: return go(row + 1);
    case Qt::Key_Up: return go(row - 1);
    case Qt::Key_PageDown: return go(row + 10);
    case Qt::Key_PageUp: return go(row - 10);
    case Qt::Key_Return:
    case Qt::Key_Enter: take(row); return true;
    default: return QDialog::eventFilter(watched, event);
    }
}

} // namespace crossfade
