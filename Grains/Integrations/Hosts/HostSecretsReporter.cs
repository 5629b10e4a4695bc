using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations.Hosts;

/// <summary>Tells each provider, every few seconds and whenever a secret changes, what this host holds: presence and a keyed hash.</summary>
internal sealed partial class HostSecretsReporter(
    IGrainFactory grains,
    ProviderCatalogue catalogue,
    IntegrationSettings settings,
    ISecretSource secrets,
    NodeIdentity node,
    TimeProvider time,
    ILogger<HostSecretsReporter> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _changed = new(0, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        void OnChanged()
        {
            try
            {
                _changed.Release();
            }
            catch (SemaphoreFullException)
            {
                // A report is due already.
            }
        }

        secrets.Changed += OnChanged;
        try
        {
            var changed = _changed.WaitAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                await ReportAsync();
                await Task.WhenAny(Task.Delay(s_every, time, stoppingToken), changed);
                if (changed.IsCompleted) changed = _changed.WaitAsync(stoppingToken);
            }
        }
        finally
        {
            secrets.Changed -= OnChanged;
        }
    }

    private async Task ReportAsync()
    {
        ComparisonKey key;
        try
        {
            key = await grains.GetGrain<IComparisonKeyGrain>(0).Get();
        }
        catch (Exception e)
        {
            LogNoKey(logger, e);
            return;
        }

        foreach (var provider in catalogue.Providers.Where(p => settings.For(p.Id).Enabled))
        {
            try
            {
                var values = AccessSelection.Values(provider, secrets.Find);
                var configured = AccessSelection.Choose(provider, values).Access is not null;
                var fingerprint = SecretFingerprint.Compute(key.Value, values.Select(v => new KeyValuePair<string, Secret?>(v.Key, v.Value)));
                var grain = grains.GetGrain<IProviderGrain>(provider.Id);
                await grain.ReportHost(new HostSecrets(node.Name, configured, fingerprint, key.Id));
                await grain.VerifyIfDue();
            }
            catch (Exception e)
            {
                LogNotReported(logger, provider.Id, e);
            }
        }
    }

    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    [LoggerMessage(EventIds.HostSecretsReporterNoKey, LogLevel.Warning, "This host's secrets could not be reported: the key that compares them is not available.")]
    private static partial void LogNoKey(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.HostSecretsReporterNotReported, LogLevel.Warning, "The secrets of {Provider} could not be reported.")]
    private static partial void LogNotReported(ILogger logger, string provider, Exception exception);
}
