using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Readings;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Views.Alerts;

/// <summary>Open alerts, channels, and what is over. A message links to its alert by <c>?id=</c>.</summary>
public sealed partial class AlertsView
{
    private readonly List<AlertRow> _older = [];
    private Polled<ListAnswer<AlertRow>> _recent = default!;
    private Polled<AlertChannelsAnswer> _channels = default!;
    private AlertRow? _asked;
    private bool _asking;
    private string? _chosen;
    private string? _next;
    private bool? _notify;
    private bool _testing;
    private bool _reading;
    private bool _revealed;

    [Inject] private ApiClient Api { get; set; } = default!;

    [Inject] private BrowserBridge Browser { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private Toasts Toasts { get; set; } = default!;

    protected override void OnInitialized()
    {
        base.OnInitialized();
        _chosen = QueryText.Parse(Navigation.Uri).GetValueOrDefault("id");
        _recent = new(token => Api.GetAsync("api/alerts?state=resolved&limit=25", ControlPlaneJson.Default.ListAnswerAlertRow, token), Clockwork);
        _channels = new(token => Api.GetAsync("api/alerts/channels", ControlPlaneJson.Default.AlertChannelsAnswer, token), Clockwork);
        Alerts.Changed += Redrawn;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) _notify = await Browser.MayNotifyAsync() ? await Browser.PreferenceAsync(OpenAlerts.Notify) == "on" : null;

        if (_chosen is null || _revealed || Alerts.List.Value is null || _recent.Value is null) return;
        _revealed = true;
        await Browser.RevealAsync($"#alert-{string.Concat(_chosen.Where(char.IsAsciiLetterOrDigit))}");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Alerts.Changed -= Redrawn;
        base.Dispose(disposing);
    }

    private void Redrawn() => _ = InvokeAsync(StateHasChanged);

    protected override Task AskAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_channels.RefreshAsync(cancellationToken), _older.Count == 0 ? _recent.RefreshAsync(cancellationToken) : Task.CompletedTask);

    private async Task RefreshAsync()
    {
        await Task.WhenAll(Alerts.RefreshAsync(), AskNowAsync());
    }

    /// <summary>The button that had the focus left with the answer: the next alert has it then, or the view.</summary>
    private async Task AnsweredAsync()
    {
        await RefreshAsync();
        await Browser.FocusAsync(Alerts.Unanswered > 0 ? "#alerts-open-box td.answer button" : "#view-title");
    }

    private Task TestAsync() => TestAsync(null);

    private async Task TestAsync(string? channel)
    {
        _testing = true;
        var answer = await Api.PostAsync("api/alerts/test", new AlertTestRequest { Channel = channel }, ControlPlaneJson.Default.AlertTestRequest, ControlPlaneJson.Default.AlertTestAnswer, Gone);
        _testing = false;
        if (answer.Value is not { } done) Toasts.Say(answer.Says);
        else if (done.Delivered) Toasts.Say(done.Results.Count == 1 ? $"The test arrived at {done.Results[0].Channel}." : $"The test arrived at all {done.Results.Count} channels.");
        else Toasts.Say("Not delivered: " + string.Join(", ", done.Results.Where(r => r.Status != AlertNoticeStatus.Delivered).Select(r => $"{r.Channel} ({r.ErrorCode})")));
        await RefreshAsync();
    }

    private async Task NotifyAsync()
    {
        var on = _notify != true && await Browser.AskToNotifyAsync();
        if (_notify != true && !on) Toasts.Say("The browser does not allow notifications for this page.");
        await Browser.PreferAsync(OpenAlerts.Notify, on ? "on" : "off");
        _notify = on;
    }

    private async Task OlderAsync(string next)
    {
        _reading = true;
        var answer = await Api.GetAsync($"api/alerts?state=resolved&limit=25&before={Uri.EscapeDataString(next)}", ControlPlaneJson.Default.ListAnswerAlertRow, Gone);
        _reading = false;
        if (answer.Value is not { } page) return;
        _older.AddRange(page.Items);
        _next = page.Next;
    }
}
