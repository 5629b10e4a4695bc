using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Alerts;

/// <summary>Which fields each kind of channel needs and takes.</summary>
internal static partial class AlertChannelRules
{
    private sealed record Fields(ImmutableArray<string> Needs, ImmutableArray<string> Takes);

    private static readonly ImmutableSortedDictionary<string, Fields> s_kinds = new Dictionary<string, Fields>(StringComparer.Ordinal)
    {
        ["webhook"] = new(["Url"], ["SecretVariable"]),
        ["slack"] = new(["SecretVariable"], ["To", "Url"]),
        ["discord"] = new(["SecretVariable"], ["To", "Url"]),
        ["telegram"] = new(["SecretVariable", "To"], ["Url"]),
        ["pushover"] = new(["SecretVariable", "UserVariable"], ["Url"]),
        ["pagerduty"] = new(["SecretVariable"], ["Url"]),
        ["ntfy"] = new(["To"], ["SecretVariable", "Url"]),
        ["smtp"] = new(["Host", "From", "To"], ["Port", "User", "SecretVariable", "Tls"]),
        ["twilio"] = new(["SecretVariable", "UserVariable", "From", "To"], ["Url"]),
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Kinds => s_kinds.Keys;

    /// <summary>Each rule that is broken, as <c>key: rule</c>; never a value.</summary>
    /// <param name="key">For example <c>ControlPlane__Alerts__Channels__phone</c>.</param>
    public static IEnumerable<string> Errors(string key, string name, AlertChannelOptions channel)
    {
        if (!Name().IsMatch(name)) yield return $"{key}: the name of a channel must be 1 to 40 letters, digits, - or _.";
        if (channel.Kind is null || !s_kinds.TryGetValue(channel.Kind, out var fields))
        {
            yield return $"{key}__Kind: must be {string.Join(", ", s_kinds.Keys.SkipLast(1))} or {s_kinds.Keys.Last()}.";
            yield break;
        }

        var set = Set(channel);
        foreach (var missing in fields.Needs.Except(set)) yield return $"{key}__{missing}: must be set for a channel of the kind {channel.Kind}.";
        foreach (var needless in set.Except(fields.Needs).Except(fields.Takes)) yield return $"{key}__{needless}: means nothing to a channel of the kind {channel.Kind}. Remove it.";
        if (channel.Url is { } url && !IsAddress(url)) yield return $"{key}__Url: must be a whole https address without user or fragment; http only for 127.0.0.1, [::1] or localhost.";
        foreach (var (field, variable) in new[] { ("SecretVariable", channel.SecretVariable), ("UserVariable", channel.UserVariable) })
            if (variable is not null && !SecretName.IsValid(variable)) yield return $"{key}__{field}: must be the name of a variable, such as PUSHOVER_TOKEN. The secret itself does not belong here.";
        if (channel.Port is <= 0 or > 65_535) yield return $"{key}__Port: must be a whole number from 1 to 65535.";
        if (channel.Tls is not (null or "starttls" or "implicit" or "none")) yield return $"{key}__Tls: must be starttls, implicit or none.";
        if (channel.Tls == "none" && channel.Host is { } host && !IsLoopback(host)) yield return $"{key}__Tls: none is for a server on 127.0.0.1, ::1 or localhost alone.";
        if (channel.Kind == "smtp" && channel.User is null != channel.SecretVariable is null) yield return $"{key}__User: goes together with SecretVariable: set both, or neither.";
        if (channel.Kind == "smtp" && !Mails(channel.From, 1)) yield return $"{key}__From: must be one mail address.";
        if (channel.Kind == "smtp" && !Mails(channel.To, 20)) yield return $"{key}__To: must be one to twenty mail addresses, with commas.";
    }

    /// <summary>https, or http to loopback that is named in plain sight.</summary>
    public static bool IsAddress(Uri url) =>
        url.IsAbsoluteUri && url.UserInfo.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && ExplicitLoopback.IsNamedBy(url)));

    /// <summary>True for a host that is loopback in plain sight.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (System.Net.IPAddress.TryParse(host, out var address) && address.ToString() == host && AddressGuard.IsLoopback(address));

    private static ImmutableArray<string> Set(AlertChannelOptions channel) =>
    [
        .. new (string Field, object? Value)[]
        {
            ("Url", channel.Url), ("SecretVariable", channel.SecretVariable), ("UserVariable", channel.UserVariable), ("To", channel.To), ("From", channel.From),
            ("Host", channel.Host), ("Port", channel.Port), ("User", channel.User), ("Tls", channel.Tls),
        }.Where(f => f.Value is not (null or "")).Select(f => f.Field),
    ];

    private static bool Mails(string? text, int most) =>
        text is null || (text.Split(',', StringSplitOptions.TrimEntries) is { Length: >= 1 } all && all.Length <= most && all.All(a => Mail().IsMatch(a)));

    [GeneratedRegex("^[A-Za-z0-9_-]{1,40}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"^[^\s@<>,;]{1,64}@[^\s@<>,;]{1,190}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Mail();
}
