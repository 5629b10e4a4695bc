using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Kill;

/// <summary>Engages a kill switch: the system's, which is always offered and chosen first, or that of the bot that is looked at.</summary>
public sealed partial class KillDialog
{
    private static readonly (string Word, string Says, string More)[] s_orders =
    [
        ("none", "Leave them", "they stay at the venue"),
        ("opening", "Cancel what opens", "exits and protective stops stay"),
        ("all", "Cancel all", "protective stops too"),
    ];

    private bool _open;
    private bool _busy;
    private bool _botAlone;
    private string? _bot;
    private string _orders = "none";
    private string _reason = "";
    private string? _problem;
    private KillAnswerBody? _answer;
    private DateTimeOffset _at;

    /// <summary>The bot that is to be killed; null for the system.</summary>
    private string? Target => _botAlone ? _bot : null;

    private string BotName => _bot is null ? "" : Store.Bots.GetValueOrDefault(_bot)?.Name ?? _bot;

    private string Named => Target is null ? "the whole system" : BotName;

    // "all" is the operator's: from anybody else it acts as "opening".
    private IEnumerable<(string Word, string Says, string More)> Choices => Session.IsOperator ? s_orders : s_orders.Take(2);

    private string Path => Target is null ? "api/system/kill" : $"api/bots/{Uri.EscapeDataString(Target)}/kill";

    private string Command => $"curl -X POST -H \"Authorization: Bearer $TOKEN\" -d '{{\"reason\":\"by hand\"{(_orders == "none" ? "" : $",\"cancel_open_orders\":\"{_orders}\"")}}}' {Navigation.BaseUri}{Path}";

    protected override void OnInitialized()
    {
        base.OnInitialized();
        Prompt.Asked += Asked;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Prompt.Asked -= Asked;
        base.Dispose(disposing);
    }

    private string Runners(string? bot) => Store.Has("bots") ? KillReach.Of(Store.Bots.Values, bot).Before : "how many runners there are is not known";

    private void Asked(string? bot) => _ = InvokeAsync(() =>
    {
        if (_busy || _open) return;
        (_bot, _botAlone, _orders, _reason, _problem, _answer, _open) = (bot, false, "none", "", null, null, true);
        StateHasChanged();
    });

    private void Opened(bool open) => _open = open;

    private async Task EngageAsync()
    {
        if (_busy || Disabled) return;
        (_busy, _problem) = (true, null);
        var body = new KillRequest
        {
            Reason = _reason.Trim().Length > 0 ? _reason.Trim() : "Engaged from the dashboard",
            CancelOpenOrders = _orders == "none" ? null : _orders,
        };
        var answer = await Api.KillAsync(Path, body);
        (_busy, _answer, _at) = (false, answer.Value, Clock.Now);
        if (answer.Value is null) _problem = $"Whether it is engaged is not known. {answer.Says}";
    }
}
