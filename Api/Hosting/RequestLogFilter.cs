using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosting;

/// <summary>Silences the framework's log categories that write raw paths, queries or values of parameters, whatever levels are configured.
/// Traces come from our own middleware, which knows route templates only.</summary>
internal static class RequestLogFilter
{
    /// <summary>Categories whose messages below Warning quote what callers send.</summary>
    public static readonly string[] Categories =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.StaticAssets",
        "Microsoft.AspNetCore.StaticFiles",
        "Microsoft.AspNetCore.Components",
        "Microsoft.AspNetCore.Watch",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
    ];

    public static IServiceCollection AddRequestLogFilter(this IServiceCollection services) =>
        services.PostConfigure<LoggerFilterOptions>(options =>
        {
            // A rule of one provider wins over a rule of all, and a longer category over a shorter one: those that could win have to go.
            foreach (var rule in options.Rules.Where(rule => rule.CategoryName is { } name && Categories.Any(category => Below(name, category))).ToList())
                options.Rules.Remove(rule);
            foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct(StringComparer.Ordinal).ToList())
            {
                foreach (var category in Categories) options.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, filter: null));
            }
        });

    private static bool Below(string name, string category) => name.StartsWith(category, StringComparison.OrdinalIgnoreCase);
}
