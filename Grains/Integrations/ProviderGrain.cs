using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Activation;
using ControlPlane.Grains.Usage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ControlPlane.Grains.Integrations;

/// <summary>One integration. What it says about itself rests on this process' own verdicts with the present secrets.</summary>
internal sealed class ProviderGrain : Grain, IProviderGrain
{
    /// <summary>Timeout of a caller's wait for the first read of the figures.</summary>
    private static readonly TimeSpan s_firstRead = TimeSpan.FromSeconds(2);
    private readonly IPersistentState<ProviderAttemptsState> _attempts;
    private readonly IPersistentState<ProviderLossState> _losses;
    private readonly IntegrationServices _services;
    private readonly VerifyOptions _verify;
    private readonly GateOptions _gate;
    private readonly UsageOptions _usage;
    private readonly TimeProvider _time;
    private readonly ILogger<ProviderGrain> _logger;
    private readonly ProviderNotices _notices;
    private readonly Guid _activation = Guid.NewGuid();
    private Task _loaded = Task.CompletedTask;
    private IGrainTimer? _reconciling;

    /// <summary>Null when the provider is disabled or not in the catalogue.</summary>
    private ProviderParts? _parts;

    public ProviderGrain(
        [PersistentState("provider-attempts", StateNames.Provider)] IPersistentState<ProviderAttemptsState> attempts,
        [PersistentState("provider-losses", StateNames.Provider)] IPersistentState<ProviderLossState> losses,
        IntegrationServices services,
        IOptions<VerifyOptions> verify,
        IOptions<GateOptions> gate,
        IOptions<UsageOptions> usage,
        TimeProvider time,
        ILogger<ProviderGrain> logger)
    {
        _attempts = attempts;
        _losses = losses;
        _services = services;
        _verify = verify.Value;
        _gate = gate.Value;
        _usage = usage.Value;
        _time = time;
        _logger = logger;
        _notices = new(GrainFactory, Id, time);
    }

    private string Id => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var settings = _services.Settings.For(Id);
        if ((settings.Enabled ? _services.Catalogue.Find(Id) : null) is not { } definition) return Task.CompletedTask;
        var context = new ProviderContext(Id, definition, settings, _services, _verify, _gate, _usage, _time, _notices, _logger);
        var parts = _parts = new(context, _attempts, _losses, (due, period) => _reconciling?.Change(due, period));
        parts.Key.LoadSecrets();
        parts.Figures.Unknown();
        parts.Evaluator.Evaluate();
        var every = TimeSpan.FromSeconds(_usage.ReconcileSeconds);
        _reconciling = this.RegisterGrainTimer(cancelled => ReconcileAsync(parts, cancelled), new GrainTimerCreationOptions(every, every) { Interleave = true });
        _loaded = LoadAsync(parts);
        if (parts.Timing.Next == NextVerify.Moved) _ = VerifyIfDue();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _parts?.Figures.Stop();
        return Task.CompletedTask;
    }

    public async Task<ProviderStatus?> GetStatus()
    {
        if (_parts is not { } parts) return null;
        await LoadedAsync();
        return parts.Page.Status();
    }

    public async Task<ProviderDetail?> GetDetail()
    {
        if (_parts is not { } parts) return null;
        await LoadedAsync();
        return await parts.Page.DetailAsync();
    }

    public Task<ProviderEvidence> GetEvidence() => Task.FromResult(_parts is { } parts
        ? parts.Evaluator.Evidence(_activation)
        : new ProviderEvidence(Id, _activation, _notices.Version, ProviderState.NotConfigured, 0, [], [], null, null, _services.Agreement.Text));

    public Task<VerifyAnswer> Verify(Caller by) => _parts?.Verify.VerifyAsync(by) ?? Task.FromResult(new VerifyAnswer(VerifyRefusal.Unknown, null, []));

    public Task VerifyIfDue() => _parts?.Verify.VerifyIfDueAsync() ?? Task.CompletedTask;

    public Task<bool> EndHungVerify() => Task.FromResult(_parts?.Verify.EndHung() ?? false);

    public Task<TestCallReport> TestCall(Caller by) => _parts?.TestCall.MakeAsync(by) ?? Task.FromResult(TestCallReport.Refused(TestCallRefusal.Unknown));

    public Task ReportHost(HostSecrets secrets)
    {
        if (_parts is not { } parts) return Task.CompletedTask;
        parts.Hosts.Report(secrets, _time.GetTimestamp());
        parts.Key.LoadSecrets();
        parts.Evaluator.Evaluate();
        return Task.CompletedTask;
    }

    public Task UsageCommitted(UsageDelta delta)
    {
        _parts?.Figures.Take(delta);
        _notices.FiguresMoved();
        return Task.CompletedTask;
    }

    public Task UsageLost(UsageLoss loss) => _parts?.Losses.TakeAsync(loss) ?? Task.CompletedTask;

    /// <summary>Reads what evidence does without, so that a provider that comes back elsewhere proves itself before its figures are there. Until
    /// then they are unavailable. After a death many come back at once: they take turns, those first that have keys to prove.</summary>
    private async Task LoadAsync(ProviderParts parts)
    {
        using (await _services.Reads.EnterAsync(first: parts.Secrets.Choice.Access is not null))
        {
            await Task.WhenAll(parts.History.LoadAsync(CancellationToken.None), parts.Figures.ReloadAsync());
        }

        parts.Evaluator.Evaluate();
        _ = parts.Figures.FollowStoreAsync();
    }

    private async Task LoadedAsync()
    {
        if (_loaded.IsCompleted) return;
        await _loaded.WaitAsync(s_firstRead, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private static async Task ReconcileAsync(ProviderParts parts, CancellationToken cancellationToken)
    {
        await parts.Figures.ReconcileAsync();
        if (parts.Losses.Unwritten) await parts.Losses.WriteAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (parts.History.LostSince is not null) await parts.History.LoadAsync(cancellationToken);
        parts.Evaluator.Evaluate();
    }
}
