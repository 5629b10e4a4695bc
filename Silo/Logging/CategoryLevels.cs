using Serilog;
using Serilog.Events;

namespace ControlPlane.Silo.Logging;

/// <summary>The floor of each category. No configuration lowers one: below it stand requests with their paths, frames and headers.</summary>
internal static class CategoryLevels
{
    private static readonly (string Category, LogEventLevel Floor)[] Floors =
    [
        ("Microsoft", LogEventLevel.Warning),
        ("System", LogEventLevel.Warning),
        ("Orleans", LogEventLevel.Warning),
        // At every start it takes the machine's uptime for a hang.
        ("Orleans.Runtime.Watchdog", LogEventLevel.Error),
        // Once for every try while no silo runs; the gate's follower says it once.
        ("Orleans.Messaging.GatewayManager", LogEventLevel.Error),
        ("Microsoft.Hosting.Lifetime", LogEventLevel.Information),
        // "Request starting" and "finished" with the raw path and query. Unless it is disabled entirely, it also makes an activity and a scope with
        // the path for every request.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off),
        ("Microsoft.AspNetCore.Routing", LogEventLevel.Error),
        ("Microsoft.AspNetCore.HttpLogging", LevelAlias.Off),
        ("Microsoft.AspNetCore.W3CLogging", LevelAlias.Off),
        // The request line that could not be read.
        ("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LevelAlias.Off),
        // Addresses with a provider's token in the path.
        ("System.Net.Http.HttpClient", LevelAlias.Off),
        ("Polly", LogEventLevel.Error),
        // Two lines for every call of a bot, with the address and its query; the call is recorded as a usage event.
        ("Yarp", LevelAlias.Off),
    ];

    public static LoggerConfiguration Apply(LoggerConfiguration logger, LogEventLevel level)
    {
        logger.MinimumLevel.Is(level);
        foreach (var (category, floor) in Floors)
            logger.MinimumLevel.Override(category, (LogEventLevel)Math.Max((int)level, (int)floor));
        return logger;
    }
}
