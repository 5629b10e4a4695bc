using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosting;

/// <summary>Silences the framework's log categories that write raw paths, queries or values of parameters, whatever levels are configured.</summary>
internal static class RequestLogFilter
{
    /// <summary>This category logs the raw path and query of every request. Unless it is disabled entirely, it also puts the path into the scope of
    /// every line.</summary>
    public const string RequestScope = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>Writes where calls go, with their queries.</summary>
    private const string ForwarderScope = "Yarp";

    /// <summary>Categories whose messages below Warning quote what callers send.</summary>
    private static readonly string[] s_categories =
    [
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.StaticAssets",
        "Microsoft.AspNetCore.StaticFiles",
        "Microsoft.AspNetCore.Components",
        "Microsoft.AspNetCore.Watch",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.SignalR",
    ];

    public static IServiceCollection AddRequestLogFilter(this IServiceCollection services) =>
        services.PostConfigure<LoggerFilterOptions>(options =>
        {
            // A rule of one provider wins over a rule of all, and a longer category over a shorter one. Rules that could win are removed.
            foreach (var rule in options.Rules.Where(rule => rule.CategoryName is { } name && s_categories.Append(RequestScope).Append(ForwarderScope).Any(category => Below(name, category))).ToList())
                options.Rules.Remove(rule);
            foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct(StringComparer.Ordinal).ToList())
            {
                foreach (var category in s_categories) options.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, filter: null));
                options.Rules.Add(new LoggerFilterRule(provider, RequestScope, LogLevel.None, filter: null));
                options.Rules.Add(new LoggerFilterRule(provider, ForwarderScope, LogLevel.None, filter: null));
            }
        });

    private static bool Below(string name, string category) => name.StartsWith(category, StringComparison.OrdinalIgnoreCase);
}
