using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>What all members of a cluster have in common.</summary>
internal static class Membership
{
    public const string ClusterId = "control-plane";

    /// <summary>How often a silo that lives renews its row in the membership table.</summary>
    public static TimeSpan AliveEvery { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an ordinary call between nodes may take.</summary>
    public static TimeSpan ResponseTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>A silo that hangs is found within two probes and a vote of two. A busy silo is not: a probe's timeout grows with the prober's own
    /// delays. A silo that got any message from it within the last 3 s does not vote against it.</summary>
    /// <param name="fast">False leaves the detection as Orleans has it.</param>
    public static void Configure(ISiloBuilder silo, bool fast)
    {
        silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (ClusterId, ClusterId));
        silo.Configure<SiloMessagingOptions>(o => o.ResponseTimeout = ResponseTimeout);
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            // A row without an update for ten seconds does not delay a silo that joins after a crash of all.
            o.IAmAliveTablePublishTimeout = AliveEvery;
            o.NumMissedTableIAmAliveLimit = 2;
            o.DefunctSiloExpiration = TimeSpan.FromHours(1);
            o.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
            if (!fast) return;
            o.ProbeTimeout = TimeSpan.FromSeconds(1);

            // A silo's last message shields it for as long as two of these. The default, four times the timeout, would be eight seconds. This is the
            // gate's lease: a silo that was silent for longer has closed by itself.
            o.MaxProbeTimeout = TimeSpan.FromSeconds(1.5);
            o.NumMissedProbesLimit = 2;
            o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        });
    }

    /// <summary>The directory in which silos find grains. Orleans' default directory ends every grain whose entry was on a dead silo, wherever the
    /// grain runs, and its verdict with it. This one asks the remaining silos for their grains.</summary>
    public static void AddDirectory(ISiloBuilder silo)
    {
#pragma warning disable ORLEANSEXP003 // For evaluation, says Orleans.
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003

        // It would delay the reactivation of a dead silo's grains by half a minute, in case the silo still runs. Here the row in the store and the
        // epoch exclude a duplicate gate; the version of its state excludes a duplicate bot.
        silo.Configure<GrainDirectoryOptions>(o => o.RangeLeaseDuration = TimeSpan.FromMilliseconds(1));
    }

    public static void Configure(IClientBuilder client)
    {
        client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (ClusterId, ClusterId));
        client.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = ResponseTimeout);
        client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));

        // Until a silo can be reached the front end serves too, closed.
        client.UseConnectionRetryFilter(async (_, cancellationToken) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !cancellationToken.IsCancellationRequested;
        });
    }
}
