using System.Collections.Immutable;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Commands;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Reads <c>ControlPlane:Alerts</c>.</summary>
internal static class AlertSettingsReader
{
    public static AlertSettings Read(IConfiguration configuration, SettingErrors errors)
    {
        var options = errors.Bind(configuration.GetSection(AlertOptions.Section), new AlertOptions());
        var names = errors.Bind(configuration.GetSection(AlertRoutes.Section), new AlertRoutes());
        var channels = ImmutableSortedDictionary.CreateBuilder<string, AlertChannelOptions>(StringComparer.Ordinal);

        // What a demo makes up goes nowhere beyond this machine.
        var demo = string.Equals(configuration["ControlPlane:Demo"], "true", StringComparison.OrdinalIgnoreCase);
        if (demo && options.DeadManUrl is { IsLoopback: false }) options.DeadManUrl = null;
        foreach (var section in configuration.GetSection(AlertChannelOptions.Section).GetChildren())
        {
            var channel = new AlertChannelOptions();
            var name = section.Key.ToLowerInvariant();

            // Rules are not checked on a channel with a value of the wrong form.
            var before = errors.All.Count;
            errors.Bind(section, channel);
            if (errors.All.Count == before) errors.AddRange(AlertChannelRules.Errors(SettingErrors.Name(section.Path), name, channel));
            if (!demo || IsHere(channel)) channels[name] = channel;
        }

        var quiet = options.QuietHours is { Length: > 0 } text ? QuietHours.Parse(text) : null;
        if (options.QuietHours is { Length: > 0 } && quiet is null) errors.Add($"{Key(nameof(options.QuietHours))}: {QuietHours.Rule}.");
        errors.AddRange(Errors(options));
        return new(options, channels.ToImmutable(), Routes(names, [.. channels.Keys], demo, errors), quiet) { Commands = Commands(configuration, demo, errors) };
    }

    private static ChatCommandSettings Commands(IConfiguration configuration, bool demo, SettingErrors errors)
    {
        var read = new Dictionary<string, ChatCommandOptions>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection(ChatCommandOptions.Section).GetChildren())
        {
            var kind = section.Key.ToLowerInvariant();
            read[kind] = errors.Bind(section, new ChatCommandOptions());
            errors.AddRange(ChatCommandRules.Errors(SettingErrors.Name(section.Path), kind, read[kind]));
        }

        ChatListenerSettings? Of(string kind) => ChatCommandRules.Of(read.GetValueOrDefault(kind)) is { } listener && (!demo || listener.Url is { IsLoopback: true }) ? listener : null;
        return new(Of(ChatCommandRules.Telegram), Of(ChatCommandRules.Discord));
    }

    private static bool IsHere(AlertChannelOptions channel) => channel.Kind == "smtp" ? channel.Host is { } host && AlertChannelRules.IsLoopback(host) : channel.Url is { IsLoopback: true };

    private static IEnumerable<string> Errors(AlertOptions options)
    {
        if (!(options.HoldSeconds is >= 0 and <= 3_600)) yield return $"{Key(nameof(options.HoldSeconds))}: must be a number from 0 to 3600.";
        if (!(options.RepeatSeconds is 0 or (>= 30 and <= 604_800))) yield return $"{Key(nameof(options.RepeatSeconds))}: must be a number from 30 to 604800, or 0 for never.";
        if (!(options.EscalateAfterSeconds is 0 or (>= 10 and <= 86_400))) yield return $"{Key(nameof(options.EscalateAfterSeconds))}: must be a number from 10 to 86400, or 0 for never.";
        if (!(options.TestEverySeconds is 0 or (>= 3_600 and <= 2_592_000))) yield return $"{Key(nameof(options.TestEverySeconds))}: must be a number from 3600 to 2592000, or 0 for never.";
        if (!(options.AuditCheckSeconds is >= 5 and <= 86_400)) yield return $"{Key(nameof(options.AuditCheckSeconds))}: must be a number from 5 to 86400.";
        if (!(options.LossNearShare is > 0 and <= 1)) yield return $"{Key(nameof(options.LossNearShare))}: must be a number above 0, at most 1.";
        if (options.RetentionDays is < 1 or > 3_650) yield return $"{Key(nameof(options.RetentionDays))}: must be a whole number from 1 to 3650.";
        if (options.DeadManUrl is { } dead && !AlertChannelRules.IsAddress(dead)) yield return $"{Key(nameof(options.DeadManUrl))}: must be a whole https address without user or fragment; http only for 127.0.0.1, [::1] or localhost.";
        if (options.PageUrl is { } page && !(page.IsAbsoluteUri && page.Scheme is "http" or "https" && page.UserInfo.Length == 0 && page.Query.Length == 0 && page.Fragment.Length == 0))
            yield return $"{Key(nameof(options.PageUrl))}: must be the whole address of the page, such as https://control.example, without user, query or fragment.";
    }

    private static AlertRouteTable Routes(AlertRoutes routes, ImmutableArray<string> channels, bool demo, SettingErrors errors)
    {
        if (routes is { Page: null, Warn: null, Info: null, Escalated: null }) return AlertRouteTable.Everything(channels);
        ImmutableArray<string> Of(string route, string? text)
        {
            ImmutableArray<string> names = [.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(n => n.ToLowerInvariant()).Distinct(StringComparer.Ordinal)];
            if (!demo && names.Any(n => !channels.Contains(n))) errors.Add($"{SettingErrors.Name(AlertRoutes.Section)}__{route}: names a channel that is not configured.");
            return names;
        }

        return new(Of("page", routes.Page), Of("warn", routes.Warn), Of("info", routes.Info), Of("escalated", routes.Escalated));
    }

    private static string Key(string name) => $"{SettingErrors.Name(AlertOptions.Section)}__{name}";
}
