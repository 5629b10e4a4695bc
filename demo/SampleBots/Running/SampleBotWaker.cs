using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.SampleBots.Running;

/// <summary>Wakes the bots when the host starts, keeps them awake, and lets them give up their leases when it stops.</summary>
internal sealed partial class SampleBotWaker(IGrainFactory grains, TimeProvider time, ILogger<SampleBotWaker> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(Bots().Select(static bot => bot.Retire())).WaitAsync(s_farewell, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var bot in Bots())
            {
                try
                {
                    await bot.Wake().WaitAsync(s_period, time, stoppingToken);
                }
                catch (Exception e)
                {
                    if (!stoppingToken.IsCancellationRequested) LogAsleep(logger, bot.GetPrimaryKeyString(), e);
                }
            }

            await Task.Delay(s_period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private ISampleBot[] Bots() =>
    [
        grains.GetGrain<IMomentumBot>("demo-momentum"),
        grains.GetGrain<IMeanReversionBot>("demo-mean-reversion"),
        grains.GetGrain<IAdvisedBot>("demo-advised"),
    ];

    [LoggerMessage(EventIds.SampleBotWakerAsleep, LogLevel.Warning, "Sample bot {BotId} could not be woken")]
    private static partial void LogAsleep(ILogger logger, string botId, Exception exception);
}
