using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ControlPlane.ProviderSimulator.Tests.Driving;

/// <summary>Builds the request a route expects from nothing but its script.</summary>
internal static partial class ScriptedRequest
{
    /// <summary>Made-up values for all names in the script; the same name has the same value under the same seed.</summary>
    public static Dictionary<string, string> Values(ProviderScript script, string seed)
    {
        var texts = script.Routes.SelectMany(static route => route.Credentials.Select(static credential => credential.Format).Append(route.Path));
        var values = texts.SelectMany(static text => Placeholder().Matches(text))
            .Select(static match => match.Groups[1].Value)
            .Where(static name => char.IsAsciiLetterUpper(name[0]))
            .Distinct()
            .ToDictionary(static name => name, name => $"{seed}-{name.ToLowerInvariant()}-7q");

        // An address as a key: the parts of the path that no variable holds stand in it.
        foreach (var route in script.Routes)
        {
            foreach (var credential in route.Credentials.Where(static credential => credential.In == "path"))
            {
                var name = credential.Format.Trim('{', '}');
                if (credential.Name is { } part && part != name && !route.Path.Contains($"{{{part}}}"))
                    values[name] = "https://hooks.example/api" + Fill(route.Path, values);
            }
        }

        foreach (var (name, value) in Signer.Values(script.Id, seed))
            values[name] = value;
        return values;
    }

    /// <param name="address">Base address of the provider.</param>
    /// <param name="route">The route.</param>
    /// <param name="values">Values by name; null for a request without credentials.</param>
    /// <param name="token">What stands for <c>{token}</c>.</param>
    /// <param name="insisted">Whether to send the headers the provider insists on.</param>
    public static HttpRequestMessage Build(
        string address, RouteScript route, IReadOnlyDictionary<string, string>? values, string? token, bool insisted = true)
    {
        var all = values ?? new Dictionary<string, string>();
        var query = route.Query.ToDictionary(static pair => pair.Key, static pair => pair.Value == "*" ? "x" : pair.Value);
        var json = new JsonObject();
        foreach (var (name, value) in route.Json)
            Set(json, name, value);
        var form = new Dictionary<string, string>();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (insisted)
        {
            foreach (var (name, value) in route.Headers)
                headers[name] = value == "*" ? "application/json" : value;
        }

        foreach (var credential in values is null ? [] : route.Credentials)
        {
            var text = Fill(credential.Format, all, token);
            switch (credential.In)
            {
                case "header": headers[credential.Name!] = text; break;
                case "query": query[credential.Name!] = text; break;
                case "basic": headers["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)); break;
                case "json": Set(json, credential.Name!, text); break;
                case "form": form[credential.Name!] = text; break;
            }
        }

        var pairs = string.Join('&', query.Select(static pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        var request = new HttpRequestMessage(
            new HttpMethod(route.Method), address + Fill(route.Path, all, escape: true) + (pairs.Length > 0 ? "?" + pairs : ""));
        if (form.Count > 0)
            request.Content = new FormUrlEncodedContent(form);
        else if (json.Count > 0 || (route.Method is "POST" or "PUT" && route.Headers.ContainsKey("Content-Type")))
            request.Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers.Where(static header => !header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            request.Headers.TryAddWithoutValidation(name, value);
        if (!insisted && request.Content is not null)
            request.Content.Headers.ContentType = null;
        else if (headers.TryGetValue("Content-Type", out var type) && type != "application/json" && request.Content is not null)
            request.Content.Headers.ContentType = new(type.Split(';')[0]);
        return request;
    }

    private static string Fill(string text, IReadOnlyDictionary<string, string> values, string? token = null, bool escape = false) =>
        Placeholder().Replace(text, match =>
        {
            var name = match.Groups[1].Value;
            var value = name == "token" ? token ?? "no-token" : values.GetValueOrDefault(name, $"part-{name.ToLowerInvariant()}-7q");
            return escape ? Uri.EscapeDataString(value) : value;
        });

    private static void Set(JsonObject root, string path, string value)
    {
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
            root = (JsonObject)(root[part] ??= new JsonObject());
        root[parts[^1]] = value;
    }

    [GeneratedRegex(@"\{([A-Za-z][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
