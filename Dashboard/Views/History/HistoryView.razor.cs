using System.Globalization;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Readings;
using ControlPlane.Dashboard.Views.Status;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace ControlPlane.Dashboard.Views.History;

/// <summary>Transitions, and the decision as it stood at a past moment. The moment stands in the address.</summary>
public sealed partial class HistoryView
{
    private const string Field = "yyyy-MM-dd'T'HH:mm:ss";
    private const string Wire = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int PageSize = 50;
    private readonly List<TransitionRow> _older = [];
    private TableState<TransitionRow> _table = default!;
    private Polled<ListAnswer<TransitionRow>> _transitions = default!;
    private ApiResult<SystemStatusAnswer>? _past;
    private DateTimeOffset? _moment;
    private string? _input;
    private string? _next;
    private bool _busy;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _table = new("transitions", Columns(), "when");
        Navigation.LocationChanged += Moved;
        Read();
    }

    // What is past does not change; only the newest list is asked for again.
    protected override bool MayAsk => _older.Count == 0 && (_moment is null || _past is null);

    protected override void Dispose(bool disposing)
    {
        if (disposing) Navigation.LocationChanged -= Moved;
        base.Dispose(disposing);
    }

    private void Moved(object? sender, LocationChangedEventArgs e)
    {
        // Another order is the same list.
        if (Asked == _moment) return;
        Read();
        _ = AskNowAsync();
    }

    /// <summary>The moment that the address names.</summary>
    private DateTimeOffset? Asked => DateTimeOffset.TryParse(
        QueryText.Parse(Navigation.Uri).GetValueOrDefault("t"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : null;

    private void Read()
    {
        _moment = Asked;
        _input = _moment?.UtcDateTime.ToString(Field, CultureInfo.InvariantCulture);
        _past = null;
        _older.Clear();

        // The end is exclusive: the moment's own transition belongs to it.
        var to = _moment is { } at ? $"&to={Uri.EscapeDataString(at.AddMilliseconds(1).UtcDateTime.ToString(Wire, CultureInfo.InvariantCulture))}" : "";
        _transitions = new(token => Api.GetAsync($"api/system/transitions?limit={PageSize}{to}", ControlPlaneJson.Default.ListAnswerTransitionRow, token), Clockwork);
    }

    private void Chosen(ChangeEventArgs e)
    {
        if (DateTime.TryParse(e.Value as string, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var utc)) Go(new DateTimeOffset(utc, TimeSpan.Zero));
    }

    private void Go(DateTimeOffset? moment) =>
        Navigation.NavigateTo(QueryText.Format(
            "history", ("t", moment?.UtcDateTime.ToString(Wire, CultureInfo.InvariantCulture)), ("sort", _table.ChosenSort), ("desc", _table.Turned ? "1" : null)));

    protected override async Task AskAsync(CancellationToken cancellationToken)
    {
        var moment = _moment;
        var list = _transitions.RefreshAsync(cancellationToken);
        if (moment is { } at)
        {
            // Instants on the wire end at the millisecond: what happened within it belongs to the moment, as in the list.
            var t = Uri.EscapeDataString(at.AddMilliseconds(1).UtcDateTime.ToString(Wire, CultureInfo.InvariantCulture));
            var past = await Api.GetAsync($"api/system/status/at?t={t}", ControlPlaneJson.Default.SystemStatusAnswer, cancellationToken);
            if (moment == _moment) _past = past;
        }

        await list;
    }

    private async Task OlderAsync(string next)
    {
        _busy = true;
        var answer = await Api.GetAsync($"api/system/transitions?limit={PageSize}&before={Uri.EscapeDataString(next)}", ControlPlaneJson.Default.ListAnswerTransitionRow, Gone);
        _busy = false;
        if (answer.Value is not { } page) return;
        _older.AddRange(page.Items);
        _next = page.Next;
    }

    private static string Subject(string subject) => subject switch
    {
        "system" => "System",
        "kill_switch" => "Kill switch",
        "live_trading" => "LIVE",
        _ => GateNames.Plain(subject),
    };

    // As the gates' card says it; a system's words stay as they are.
    private static string Word(string state) => state switch
    {
        "True" => "holds",
        "True (degraded)" => "holds, degraded",
        "False" => "fails",
        "Unknown" => "unknown",
        "NONE" => "none yet",
        _ => state,
    };
}
