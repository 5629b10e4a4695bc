using ControlPlane.Api.Gateway;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Hosting;

/// <summary>Names the key, the rule and the fix of every wrong setting.</summary>
internal sealed class ApiOptionsValidation : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        var wrong = new List<string>();
        Require(options.Role is ApiOptions.AllInOne or ApiOptions.FrontEnd, "Role", $"must be {ApiOptions.AllInOne} or {ApiOptions.FrontEnd}");
        Require(options.Session.LifetimeSeconds is >= 60 and <= 604_800, "Session:LifetimeSeconds", "must be a whole number of seconds from 60 to 604800");
        Require(options.Session.BadSignInsPerMinute is >= 1 and <= 1_000, "Session:BadSignInsPerMinute", "must be a whole number from 1 to 1000");
        Require(IsOrigin(options.Session.PublicOrigin), "Session:PublicOrigin", "must be a scheme and a host without a path, for example https://control.example.com");
        Require(TrustedProxies.TryParse(options.Access.TrustedProxies, out _), "Access:TrustedProxies", "must be addresses or networks with commas, for example 127.0.0.1,10.0.0.0/8");
        Require(IsPathBase(options.Access.PathBase), "Access:PathBase", "must begin with '/', not end with it, and have segments of letters, digits, '-', '_', '.' and '~'");
        Require(options.Read.TimeoutSeconds is >= 0.1 and <= 30, "Read:TimeoutSeconds", "must be a number of seconds from 0.1 to 30");
        Require(options.Read.ImpatientSeconds is >= 0.05 and <= 30, "Read:ImpatientSeconds", "must be a number of seconds from 0.05 to 30");
        Require(options.Live.CoalesceSeconds is >= 0.01 and <= 10, "Live:CoalesceSeconds", "must be a number of seconds from 0.01 to 10");
        Require(options.Live.StallSeconds is >= 0.5 and <= 60, "Live:StallSeconds", "must be a number of seconds from 0.5 to 60");
        Require(options.Live.SubscribeSeconds is >= 1 and <= 300, "Live:SubscribeSeconds", "must be a number of seconds from 1 to 300");
        Require(options.Gateway.SilenceSeconds is >= 10 and <= 3_600, "Gateway:SilenceSeconds", "must be a number of seconds from 10 to 3600");
        foreach (var (provider, address) in options.Gateway.Listen)
            Require(GatewayListeners.Parse(address) is not null, $"Gateway:Listen:{provider}", "must be a port, or an address such as http://127.0.0.1:6001", "write a free port");
        Require(
            options.Telemetry.Otlp is not { Endpoint.Length: > 0, Address: null }, "Telemetry:Otlp:Endpoint", "must be a whole http or https address without a user, for example http://127.0.0.1:4317",
            "correct it, or remove it to send nothing");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Require(bool holds, string key, string rule, string fix = "correct the value or remove the setting")
        {
            if (!holds) wrong.Add($"{SettingErrors.Name($"{ApiOptions.Section}:{key}")}: {rule}. To fix it: {fix}.");
        }
    }

    private static bool IsPathBase(string? path) =>
        path is null or ""
        || (path.StartsWith('/') && path[1..].Split('/').All(segment => segment is not ("" or "." or "..") && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~')));

    private static bool IsOrigin(string? origin) =>
        origin is null
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            && uri is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" });
}
