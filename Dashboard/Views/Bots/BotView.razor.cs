using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Readings;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>One bot: what blocks it, why it traded, why it did not, what it has earned. Its row is pushed, the rest is asked for when that changes.</summary>
public sealed partial class BotView
{
    private Polled<ListAnswer<DecisionRow>> _decisions = default!;
    private Polled<ListAnswer<NoTradeRow>> _noTrades = default!;
    private Polled<FunnelAnswer> _funnel = default!;
    private Polled<AutonomyAnswer> _autonomy = default!;
    private Polled<BotAnswerBody> _row = default!;
    private string? _shown;
    private bool _stopping;

    [Parameter] public string BotId { get; set; } = "";

    protected override object? Watched => Bot;

    private BotRow? Bot => Store.Bots.GetValueOrDefault(BotId);

    private DateTimeOffset? Heartbeat => _row.Value?.Runner is { } runner && runner.Epoch == Bot?.Runner.Epoch ? runner.LastHeartbeatAt : null;

    private string Path => $"api/bots/{Uri.EscapeDataString(BotId)}";

    protected override void OnParametersSet()
    {
        Kill.Subject = BotId;
        if (_shown == BotId) return;
        var another = _shown is not null;
        _shown = BotId;
        _decisions = new(token => Api.GetAsync($"{Path}/decisions?limit=20", ControlPlaneJson.Default.ListAnswerDecisionRow, token), Clockwork);
        _noTrades = new(token => Api.GetAsync($"{Path}/no-trades?limit=20", ControlPlaneJson.Default.ListAnswerNoTradeRow, token), Clockwork);
        _funnel = new(token => Api.GetAsync($"{Path}/funnel", ControlPlaneJson.Default.FunnelAnswer, token), Clockwork);
        _autonomy = new(token => Api.GetAsync($"{Path}/autonomy", ControlPlaneJson.Default.AutonomyAnswer, token), Clockwork);
        _row = new(token => Api.GetAsync(Path, ControlPlaneJson.Default.BotAnswerBody, token), Clockwork);
        if (another) _ = AskNowAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Kill.Subject = null;
        base.Dispose(disposing);
    }

    protected override Task AskAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _decisions.RefreshAsync(cancellationToken),
        _noTrades.RefreshAsync(cancellationToken),
        _funnel.RefreshAsync(cancellationToken),
        _autonomy.RefreshAsync(cancellationToken),
        _row.RefreshAsync(cancellationToken));

    private async Task StopAsync()
    {
        if (Bot is not { } bot) return;
        _stopping = true;
        var body = new RunnerRequest { RunnerId = bot.Runner.RunnerId, Epoch = bot.Runner.Epoch };
        var answer = await Api.PostAsync($"{Path}/runner/stop", body, ControlPlaneJson.Default.RunnerRequest, ControlPlaneJson.Default.RunnerStopAnswer);
        _stopping = false;
        Toasts.Say(answer.Value switch
        {
            { Stopped: true } => "Stopped: its lease has ended, and it is fenced.",
            not null => "Another runner holds the lease by now; nothing has changed.",
            null => answer.Says,
        });
    }
}
