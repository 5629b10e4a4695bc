using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Orleans' own dashboard. It counts every call of every grain, so it is off unless asked for, and then on every node.
/// The API shows it, to operators alone.</summary>
public static class ClusterDashboard
{
    public const string Key = "ControlPlane:OrleansDashboard";

    public static bool IsOn(IConfiguration configuration) => bool.TryParse(configuration[Key], out var on) && on;

    internal static bool Read(IConfiguration configuration, SettingErrors errors)
    {
        if (configuration[Key] is { Length: > 0 } text && !bool.TryParse(text, out _)) errors.Add("ControlPlane__OrleansDashboard: must be true or false.");
        return IsOn(configuration);
    }

    internal static void Add(ISiloBuilder silo) => silo.AddDashboard(WithoutLog);

    internal static void Add(IClientBuilder client) => client.AddDashboard(WithoutLog);

    /// <summary>The log has its own places, which clean it first.</summary>
    private static void WithoutLog(DashboardOptions options) => options.HideTrace = true;
}
