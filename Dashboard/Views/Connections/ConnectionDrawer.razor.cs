using ControlPlane.Contracts;
using ControlPlane.Dashboard.Browser;
using ControlPlane.Dashboard.Components;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Link;
using ControlPlane.Dashboard.Readings;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>Everything about one connection. Its details are read again when its row changes.</summary>
public sealed partial class ConnectionDrawer
{
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<ProofBucket> _buckets = [];
    private IntegrationDetail? _detail;
    private IntegrationRow? _of;
    private ApiResult<IntegrationDetail>? _failed;
    private DateTimeOffset _failedAt;
    private string? _verified;
    private string? _test;
    private bool _testing;
    private bool _loading;
    private bool _revealed;

    [Parameter, EditorRequired] public IntegrationRow Row { get; set; } = default!;

    [Parameter, EditorRequired] public ConnectionStatus ConnectionStatus { get; set; }

    /// <summary>Shows the way to connect first.</summary>
    [Parameter] public bool How { get; set; }

    [Parameter] public EventCallback Close { get; set; }

    [Inject] private ApiClient Api { get; set; } = default!;

    [Inject] private ConnectionActions Actions { get; set; } = default!;

    [Inject] private LinkMonitor Live { get; set; } = default!;

    [Inject] private LocalClock Clock { get; set; } = default!;

    [Inject] private BrowserBridge Browser { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    private (string Word, Tone Tone, Glyph Shape) StatusPill => ConnectionStatusPolicy.Pill(Row, ConnectionStatus);

    private string Link => Navigation.ToAbsoluteUri($"connections/{Row.Provider}").AbsoluteUri;

    /// <summary>What verify and use say when they do not agree.</summary>
    private string? Disagreement => (Row.LastVerifyStatus, Row.LastUsedAt, Row.LastVerifiedAt) switch
    {
        ({ } status, { } used, { } verified) when !status.IsGood() && used > verified && Row.ErrorRate15m is < 1 =>
            $"The verify failed at {Clock.Minute(verified)}, but {Row.LastUsedByBotId ?? "a bot"} has used the connection since.",
        ({ } status, { } used, { } verified) when status.IsGood() && used > verified && Row.ErrorRate15m is 1 =>
            $"Verified at {Clock.Minute(verified)}, but every use of the last 15 minutes failed.",
        _ => null,
    };

    private string Proofs
    {
        get
        {
            if (Row.ProofOfUseCount24h is not { } count) return "unavailable";
            var gaps = _buckets.Count(bucket => bucket.Ok is null);
            var failed = Row.ErrorCount24h switch { null => ", failed unavailable", 0 => "", { } some => $", {some:N0} failed" };
            return $"{count:N0} {(count == 1 ? "call" : "calls")}{failed}" + (gaps > 0 ? $", {gaps} h unavailable" : "");
        }
    }

    public void Dispose()
    {
        Actions.Changed -= Redraw;
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized() => Actions.Changed += Redraw;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!ReferenceEquals(_of, Row) && !_loading && Live.IsLive) await FollowAsync();
        if (!How) _revealed = false;
        else if (!_revealed && _detail is not null)
        {
            _revealed = true;
            await Browser.FocusAsync("#how-title");
        }
    }

    private async Task FollowAsync()
    {
        var first = _detail is null;
        _loading = true;
        try
        {
            await LoadAsync();
            StateHasChanged();

            // Counters move often; the events behind them are read at a person's pace.
            if (!first) await Task.Delay(s_rest, Time, _gone.Token);
        }
        catch (OperationCanceledException)
        {
            // The drawer is closed.
        }
        finally
        {
            _loading = false;
        }
    }

    private async Task LoadAsync()
    {
        _of = Row;
        var answer = await Api.GetAsync($"api/integrations/{Uri.EscapeDataString(Row.Provider)}", ControlPlaneJson.Default.IntegrationDetail, _gone.Token);
        if (answer.Value is { } detail)
        {
            (_detail, _failed, _buckets) = (detail, null, ProofBucket.Of(detail.Usage24h, Clock.Now));
        }
        else if (_detail is null)
        {
            (_failed, _failedAt) = (answer, Clock.Now);
        }
    }

    private async Task VerifyAsync()
    {
        (_verified, _) = await Actions.VerifyAsync(Row);
        await LoadAsync();
    }

    private async Task<IReadOnlyList<string>> CheckedAsync()
    {
        await LoadAsync();
        StateHasChanged();
        return _detail?.MissingEnvVars ?? Row.MissingEnvVars;
    }

    private async Task TestAsync()
    {
        _testing = true;
        var answer = await Api.PostAsync($"api/integrations/{Uri.EscapeDataString(Row.Provider)}/test-call", ControlPlaneJson.Default.TestCallAnswer);
        _test = answer.Value is { } call
            ? $"Test call {call.Status}{(call.HttpStatus is { } status ? $" {status}" : "")}{(call.LatencyMs is { } ms ? $", {ms} ms" : "")}. Trace {call.TraceId[..8]}"
            : $"Not called: {answer.Says}";
        _testing = false;
        await LoadAsync();
    }

    private void Redraw() => _ = InvokeAsync(StateHasChanged);

    private static string StepName(string step) => step switch
    {
        "env" => "Variables",
        "dns_tls" => "Name and TLS",
        "auth" => "Key",
        "scope" => "Rights",
        _ => step,
    };
}
