using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Readings;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Views.Bots;

/// <summary>One bot: what blocks it, why it traded, why it did not, what it has earned. Its row is pushed, the rest is asked for every five seconds.</summary>
public sealed partial class BotView
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _gone = new();
    private Polled<ListAnswer<DecisionRow>> _decisions = default!;
    private Polled<ListAnswer<NoTradeRow>> _noTrades = default!;
    private Polled<FunnelAnswer> _funnel = default!;
    private Polled<AutonomyAnswer> _autonomy = default!;
    private string? _shown;
    private bool _stopping;
    private bool _release;
    private bool _live;

    [Parameter] public string BotId { get; set; } = "";

    [Inject] private TimeProvider Clockwork { get; set; } = default!;

    private BotRow? Bot => Store.Bots.GetValueOrDefault(BotId);

    private string Path => $"api/bots/{Uri.EscapeDataString(BotId)}";

    protected override void OnParametersSet()
    {
        Kill.Subject = BotId;
        if (_shown == BotId) return;
        _shown = BotId;
        _decisions = new(token => Api.GetAsync($"{Path}/decisions?limit=20", ControlPlaneJson.Default.ListAnswerDecisionRow, token), Clockwork);
        _noTrades = new(token => Api.GetAsync($"{Path}/no-trades?limit=20", ControlPlaneJson.Default.ListAnswerNoTradeRow, token), Clockwork);
        _funnel = new(token => Api.GetAsync($"{Path}/funnel", ControlPlaneJson.Default.FunnelAnswer, token), Clockwork);
        _autonomy = new(token => Api.GetAsync($"{Path}/autonomy", ControlPlaneJson.Default.AutonomyAnswer, token), Clockwork);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = PollAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Kill.Subject = null;
            _gone.Cancel();
            _gone.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task PollAsync()
    {
        var gone = _gone.Token;
        while (!gone.IsCancellationRequested)
        {
            if (Feed.Link.IsLive) await RefreshAsync();
            await Task.Delay(Feed.Link.IsLive ? s_every : TimeSpan.FromSeconds(1), Clockwork, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RefreshAsync()
    {
        var gone = _gone.Token;
        await Task.WhenAll(_decisions.RefreshAsync(gone), _noTrades.RefreshAsync(gone), _funnel.RefreshAsync(gone), _autonomy.RefreshAsync(gone));
        if (!gone.IsCancellationRequested) StateHasChanged();
    }

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
