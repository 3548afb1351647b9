// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/testerpane.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/shared/chip.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"
#include "ui/shared/tableview.h"

#include <QComboBox>
#include <QDateTime>
#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array Operations{Operation::Read, Operation::List, Operation::Insert,
                                Operation::Update, Operation::Delete};
constexpr int MaxMoves = 6;

QLineEdit *edit(const QString &objectName, const QString &accessible, const QString &placeholder)
{
    auto *line = new QLineEdit;
    line->setObjectName(objectName);
    line->setAccessibleName(accessible);
    line->setPlaceholderText(placeholder);
    line->setMaxLength(200);
    return line;
}

} // namespace

TesterPane::TesterPane(TesterSession *session, QWidget *parent)
    : Pane(tr("Tester"), parent)
    , m_session(session)
{
    setObjectName(QStringLiteral("tester"));
    setSubtitle(tr("who serves this request?"));
    m_stale = new StaleChip;
    m_stale->setObjectName(QStringLiteral("testerStale"));
    addMark(m_stale);
    body()->addWidget(makeInputs());
    auto *answer = new QWidget;
    auto *all = new QVBoxLayout(answer);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(new Hairline);
    all->addWidget(makeAnswers());
    all->addWidget(new Hairline);
    all->addWidget(makeTrace());
    all->addWidget(new Hairline);
    all->addWidget(makeHistory());
    all->addStretch(1);
    m_state = new StateView(answer);
    m_state->setObjectName(QStringLiteral("testerState"));
    setContent(m_state);
    connect(m_state, &StateView::retry, m_session, &TesterSession::ask);
    connect(m_session, &TesterSession::changed, this, &TesterPane::sync);
    sync();
}

QWidget *TesterPane::makeInputs()
{
    auto *inputs = new QWidget;
    auto *grid = new QGridLayout(inputs);
    grid->setContentsMargins(12, 12, 12, 12);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(8);
    m_user = edit(QStringLiteral("testerUser"), tr("User of the request"), tr("none"));
    m_system = edit(QStringLiteral("testerSystem"), tr("System of the request"), tr("none"));
    m_entity = edit(QStringLiteral("testerEntity"), tr("Entity of the request"), tr("none"));
    m_at = edit(QStringLiteral("testerAt"), tr("Time of the request"), tr("now"));
    m_at->setToolTip(tr("now, or a time like 2026-11-21 14:00"));
    m_operation = new QComboBox;
    m_operation->setObjectName(QStringLiteral("testerOperation"));
    m_operation->setAccessibleName(tr("Operation of the request"));
    for (const Operation operation : Operations)
        m_operation->addItem(toText(operationWord(operation)));
    const auto label = [&](const QString &text, int row, int column) {
        grid->addWidget(new TextLabel(text, FontRole::Secondary, Ink::Secondary), row, column);
    };
    label(tr("User"), 0, 0);
    grid->addWidget(m_user, 0, 1);
    label(tr("System"), 0, 2);
    grid->addWidget(m_system, 0, 3);
    label(tr("Operation"), 1, 0);
    grid->addWidget(m_operation, 1, 1);
    label(tr("Entity"), 1, 2);
    grid->addWidget(m_entity, 1, 3);
    label(tr("At"), 2, 0);
    grid->addWidget(m_at, 2, 1, 1, 3);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    showInput();
    for (QLineEdit *line : {m_user, m_system, m_entity, m_at})
        connect(line, &QLineEdit::textChanged, this, &TesterPane::takeInput);
    connect(m_operation, &QComboBox::currentIndexChanged, this, &TesterPane::takeInput);
    return inputs;
}

QWidget *TesterPane::makeAnswers()
{
    auto *answers = new QWidget;
    auto *row = new QHBoxLayout(answers);
    row->setContentsMargins(12, 8, 8, 8);
    row->setSpacing(6);
    const auto side = [&](const QString &title, const QString &objectName, TesterVerdict *&verdict) {
        auto *widget = new QWidget;
        auto *column = new QVBoxLayout(widget);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(2);
        column->addWidget(new TextLabel(title, FontRole::Secondary, Ink::Secondary));
        verdict = new TesterVerdict;
        verdict->setObjectName(objectName);
        column->addWidget(verdict);
        row->addWidget(widget, 1);
        return widget;
    };
    side(tr("Now"), QStringLiteral("testerResult"), m_now);
    auto *line = new Hairline(Qt::Vertical);
    row->addWidget(line);
    m_editedSide = side(tr("With your unsaved edits"), QStringLiteral("testerEdited"), m_edited);
    return answers;
}

QWidget *TesterPane::makeTrace()
{
    m_lines = new TableView;
    m_lines->setObjectName(QStringLiteral("testerTrace"));
    m_lines->setAccessibleName(tr("Lines of the decision table"));
    m_lines->setModel(m_session->trace());
    m_lines->setRowHeight(24);
    m_lines->horizontalHeader()->hide();
    m_lines->setColumns({{TraceModel::Number, CellKind::SecondaryNumber, 44},
                         {TraceModel::Condition, CellKind::Text, 128},
                         {TraceModel::Detail, CellKind::SecondaryNumber, 0}});
    m_lines->fitToRows(1, 14);
    m_lines->viewport()->installEventFilter(this);
    return m_lines;
}

// What is said below the lines takes room from them: the one that decided stays in view.
bool TesterPane::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize && watched == m_lines->viewport())
        QMetaObject::invokeMethod(this, [this] { m_lines->scrollTo(m_lines->currentIndex()); }, Qt::QueuedConnection);
    return Pane::eventFilter(watched, event);
}

QWidget *TesterPane::makeHistory()
{
    auto *history = new QWidget;
    auto *all = new QVBoxLayout(history);
    all->setContentsMargins(12, 8, 12, 8);
    all->setSpacing(4);
    m_why = new TextLabel({}, FontRole::Secondary);
    m_why->setObjectName(QStringLiteral("testerWhy"));
    m_why->setWordWrap(true);
    m_since = new TextLabel({}, FontRole::PaneTitle);
    m_since->setObjectName(QStringLiteral("testerSince"));
    m_moves = new QWidget;
    auto *grid = new QGridLayout(m_moves);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    m_foot = new ElidingLabel({}, FontRole::Axis, Ink::Tertiary);
    m_foot->setObjectName(QStringLiteral("testerEpoch"));
    m_note = new ElidingLabel;
    m_note->setObjectName(QStringLiteral("testerNote"));
    all->addWidget(m_note);
    all->addWidget(m_why);
    all->addSpacing(6);
    all->addWidget(m_since);
    all->addWidget(m_moves);
    all->addWidget(m_foot);
    return history;
}

// The session outlives the pane: what it answers is what the fields ask.
void TesterPane::showInput()
{
    const TesterInput &input = m_session->input();
    m_user->setText(toText(input.user));
    m_system->setText(toText(input.system));
    m_entity->setText(toText(input.entity));
    if (input.at)
        m_at->setText(localDateTime(*input.at).toString(QStringLiteral("yyyy-MM-dd HH:mm")));
    m_operation->setCurrentIndex(static_cast<int>(std::ranges::find(Operations, input.operation) - Operations.begin()));
}

void TesterPane::showUser(const QString &user)
{
    m_user->setText(user);
}

void TesterPane::focusUser()
{
    m_user->setFocus(Qt::ShortcutFocusReason);
    m_user->selectAll();
}

void TesterPane::takeInput()
{
    TesterInput input;
    input.user = toUtf8(m_user->text().trimmed());
    input.system = toUtf8(m_system->text().trimmed());
    input.entity = toUtf8(m_entity->text().trimmed());
    input.operation = Operations[static_cast<std::size_t>(std::max(0, m_operation->currentIndex()))];
    const QString at = m_at->text().trimmed();
    if (!at.isEmpty() && at != tr("now")) {
        QDateTime time = QDateTime::fromString(at, QStringLiteral("yyyy-MM-dd HH:mm"));
        if (!time.isValid())
            time = QDateTime::fromString(at, Qt::ISODate);
        if (!time.isValid()) {
            m_note->setText(tr("The time is not read yet: write it like 2026-11-21 14:00."));
            m_note->show();
            return;
        }
        input.at = instantFromMs(time.toMSecsSinceEpoch());
    }
    m_session->setInput(input);
}

void TesterPane::sync()
{
    const bool stale = m_session->isStale();
    m_stale->setAge(m_session->ageMs());
    m_stale->setStale(stale && m_session->now());
    m_lines->setStale(stale);
    if (m_session->input().isEmpty()) {
        m_state->showEmpty(tr("Ask about a request"),
                           tr("Type a user or a system: the answer names the platform, the line of "
                              "the decision table that decided, and since when."),
                           {}, Glyph::Question);
        return;
    }
    if (m_session->error() && !m_session->now()) {
        m_state->showError(tr("No decision"), errorText(*m_session->error()));
        return;
    }
    if (stale && !m_session->now() && !m_session->isAsking()) {
        m_state->showEmpty(tr("No answer yet"), tr("The router is asked as soon as it is connected."), {},
                           Glyph::Question);
        return;
    }
    m_state->showContent();
    m_now->setAnswer(m_session->now());
    m_edited->setAnswer(m_session->edited());
    m_editedSide->setVisible(m_session->edited().has_value());
    m_note->setVisible(m_session->tooManyRules());
    m_note->setText(tr("Too many rules to decide with the unsaved edits here; save or preview them."));
    const int deciding = m_session->trace()->decidingRow();
    if (deciding >= 0)
        m_lines->selectRow(deciding);
    m_why->setVisible(deciding >= 0);
    if (deciding >= 0)
        m_why->setText(m_session->trace()->index(deciding, TraceModel::Detail).data().toString());
    m_lines->fitToRows(1, 14);
    syncHistory();
}

void TesterPane::syncHistory()
{
    auto *grid = static_cast<QGridLayout *>(m_moves->layout());
    while (QLayoutItem *item = grid->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    const std::optional<TesterSince> &since = m_session->since();
    m_since->setVisible(since.has_value());
    m_moves->setVisible(since.has_value() && !since->history.empty());
    m_foot->setText(tr("epoch %1").arg(m_session->epoch()));
    if (!since)
        return;
    const QString platform = m_session->now() ? toText(platformWord(m_session->now()->platform))
                                              : QString();
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    m_since->setText(since->since ? tr("On %1 since %2 (%3)")
                                        .arg(platform, shortTime(*since->since, now),
                                             zoneName(*since->since))
                     : since->known ? tr("On %1; never moved").arg(platform)
                                    : tr("Not in the directory"));
    m_since->setToolTip(since->since ? utcText(*since->since) : QString());
    int row = 0;
    for (const TesterMove &move : since->history) {
        if (row == MaxMoves)
            break;
        QStringList words{QStringLiteral("%1 → %2").arg(toText(move.from), toText(move.to))};
        for (const std::string &word : {move.cause, move.reason, move.actor})
            if (!word.empty())
                words << toText(word);
        auto *at = new TextLabel(move.at ? shortTime(*move.at, now) : QString(),
                                 FontRole::Secondary, Ink::Secondary);
        grid->addWidget(at, row, 0);
        grid->addWidget(new ElidingLabel(words.join(QStringLiteral(" · ")), FontRole::Secondary,
                                         Ink::Text),
                        row, 1);
        ++row;
    }
}

TesterVerdict::TesterVerdict(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TesterVerdict::setAnswer(const std::optional<TesterAnswer> &answer)
{
    m_word = answer ? toText(platformWord(answer->platform)) : QString();
    m_detail = answer ? tr("%1 · line %2 %3")
                            .arg(toText(answer->mode), toText(answer->line), toText(answer->reason))
                      : tr("asking…");
    setAccessibleName(m_word.isEmpty() ? m_detail : tr("%1, %2").arg(m_word, m_detail));
    setToolTip(answer && !answer->detail.empty()
                   ? m_detail + QLatin1Char('\n') + toText(answer->detail)
                   : m_detail);
    update();
}

void TesterVerdict::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    painter.setFont(fontOf(FontRole::DetailTitle));
    const int baseline = 4 + QFontMetrics(painter.font()).ascent();
    if (!m_word.isEmpty())
        paintPlatform(painter, QPointF(0, baseline), m_word, m_word, tokens);
    painter.setFont(fontOf(FontRole::Secondary));
    painter.setPen(tokens.secondary);
    const QString shown =
        QFontMetrics(painter.font()).elidedText(m_detail, Qt::ElideRight, width());
    painter.drawText(QPointF(0, height() - 6), shown);
}

} // namespace crossfade
