using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Readings;
using ControlPlane.Dashboard.Session;

namespace ControlPlane.Dashboard.Views.Alerts;

/// <summary>The open alerts, for the bell and the view: asked for while what may open one changes, and once a minute.</summary>
public sealed class OpenAlerts : IDisposable
{
    /// <summary>Preference: whether this browser notifies of new alerts.</summary>
    internal const string Notify = "notify-alerts";

    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _gone = new();
    private readonly SessionState _session;
    private readonly LiveFeed _feed;
    private readonly BrowserBridge _browser;
    private readonly TimeProvider _time;
    private readonly AskPace _pace;
    private HashSet<string>? _known;
    private bool _started;

    public OpenAlerts(ApiClient api, SessionState session, LiveFeed feed, BrowserBridge browser, TimeProvider time)
    {
        (_session, _feed, _browser, _time) = (session, feed, browser, time);
        _pace = new(time);
        List = new(token => api.GetAsync("api/alerts?state=open&limit=200", ControlPlaneJson.Default.ListAnswerAlertRow, token), time);
    }

    public event Action? Changed;

    public Polled<ListAnswer<AlertRow>> List { get; }

    /// <summary>Null while they could not be read.</summary>
    public IReadOnlyList<AlertRow>? Open => List.Failure is null ? List.Value?.Items : null;

    /// <summary>Open alerts that nobody has acknowledged; null when that is not known.</summary>
    public int? Unanswered => Open?.Count(a => a.AcknowledgedBy is null);

    /// <summary>Begins to ask; to be called in the browser alone.</summary>
    public void Start()
    {
        if (_started) return;
        _started = true;
        _ = PollAsync();
    }

    public async Task RefreshAsync()
    {
        _pace.Asked();
        await List.RefreshAsync(_gone.Token);
        await NotifyAsync();
        Changed?.Invoke();
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private async Task PollAsync()
    {
        var gone = _gone.Token;
        while (!gone.IsCancellationRequested)
        {
            if (_feed.Link.IsLive && _session.Role is not null && _pace.IsDue(_feed.Store.Revision)) await RefreshAsync();
            await Task.Delay(s_look, _time, gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Shows what is new, where a person asked for it. What was open before the page was is not new.</summary>
    private async Task NotifyAsync()
    {
        if (Open is not { } open) return;
        var fresh = _known is null ? [] : open.Where(a => !_known.Contains(a.AlertId)).ToArray();
        _known = [.. open.Select(a => a.AlertId)];
        if (fresh.Length == 0 || await _browser.PreferenceAsync(Notify) != "on") return;
        foreach (var alert in fresh.Take(3)) await _browser.NotifyAsync($"{AlertNames.Title(alert)} {AlertNames.Subject(alert)}".TrimEnd(), alert.Message, alert.AlertId);
    }
}
