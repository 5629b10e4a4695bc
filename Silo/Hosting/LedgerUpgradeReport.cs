using System.Collections.Immutable;
using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Hosting;

/// <summary>Writes into the audit log, once, what became of orders and trades from before the ledger.</summary>
/// <param name="store">Null where the store was never older than the ledger.</param>
internal sealed partial class LedgerUpgradeReport(IGrainFactory grains, TimeProvider time, ILogger<LedgerUpgradeReport> logger, ILedgerUpgradeStore? store = null) : BackgroundService
{
    public const string Action = "ledger.upgrade";
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (store is not null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await store.ReadUntoldAsync(stoppingToken) is { } upgrade)
                {
                    await grains.GetGrain<IAuditGrain>(0).Append(Fact(upgrade, time.GetUtcNow()));
                    await store.SetToldAsync(stoppingToken);
                    LogTold(logger, upgrade.OrdersEnded, upgrade.TradesWithoutOrder);
                }

                return;
            }
            catch (Exception e)
            {
                if (stoppingToken.IsCancellationRequested) return;
                LogNotTold(logger, e);
            }

            await Task.Delay(s_retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal static AuditFact Fact(LedgerUpgrade upgrade, DateTimeOffset now) => new(
        now, Caller.System(Convert.ToHexStringLower(Guid.NewGuid().ToByteArray())), Action, "system", "done", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["orders_ended"] = upgrade.OrdersEnded.ToString(CultureInfo.InvariantCulture),
            ["trades_without_order"] = upgrade.TradesWithoutOrder.ToString(CultureInfo.InvariantCulture),
        }.ToImmutableSortedDictionary(StringComparer.Ordinal));

    [LoggerMessage(EventIds.LedgerUpgradeTold, LogLevel.Information, "The upgrade ended {Orders} older grants without a report; {Trades} older trades name no order. The audit log says so.")]
    private static partial void LogTold(ILogger logger, long orders, long trades);

    [LoggerMessage(EventIds.LedgerUpgradeNotTold, LogLevel.Warning, "The result of the ledger's upgrade could not be written to the audit log. Trying again.")]
    private static partial void LogNotTold(ILogger logger, Exception exception);
}
