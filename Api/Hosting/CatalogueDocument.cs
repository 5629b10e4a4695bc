using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Hosting;

/// <summary>Which variables each provider needs, as Markdown, straight from the catalogue. <c>docs/connect-your-keys.md</c> is this text.</summary>
internal static class CatalogueDocument
{
    private static readonly (string Category, string Title)[] s_sections =
    [
        ("market_data", "Market data"), ("broker", "Brokers and exchanges"), ("llm", "Language models"),
        ("notification", "Chat and notification"), ("storage", "Storage"), ("other", "Other"),
    ];

    public static string Write(ProviderCatalogue catalogue)
    {
        var text = new StringBuilder("""
            # Connect your keys

            Each provider needs all variables of one of its ways to connect. Names in parentheses are read when the first is absent.
            Optional variables stand behind a plus sign. "Verify" says whether a harmless call exists that proves the key;
            a provider without one is never shown as connected and holds no gate.

            This page is written by `dotnet run --project Api -- --catalogue`; a test fails when the two differ.

            ## Where to set them

            | you run it | do this |
            | --- | --- |
            | in a shell | `export POLYGON_API_KEY=...`, then start. A changed variable of the environment takes a restart |
            | on Replit | Tools, Secrets, New secret: name and value as below, then restart the Repl |
            | with Docker, Kubernetes, Vault Agent, CSI | one file a secret in a folder, named like the variable; set `ControlPlane__Secrets__Directory` to that folder. Changed files are taken over while it runs |

            When both hold a name, the environment wins. Values are trimmed; a blank one counts as absent.

            """);
        foreach (var (category, title) in s_sections)
        {
            var gate = GateNames.ForCategory(category);
            text.Append($"\n## {title}\n\n");
            if (gate is not null) text.Append($"Any one of these that is verified holds the gate `{gate}`.\n\n");
            text.Append("| provider | id | variables | verify |\n| --- | --- | --- | --- |\n");
            foreach (var provider in catalogue.Providers.Where(p => p.Category == category))
            {
                text.Append($"| {provider.Name} | `{provider.Id}` | {Variables(provider)} | {Verify(provider)} |\n");
            }
        }

        return text.ToString();
    }

    private static string Variables(ProviderDefinition provider)
    {
        var ways = provider.Access.Select(access => string.Join(", ", access.Requires.Select(name => Name(provider, name))));
        var required = provider.Access.SelectMany(access => access.Requires).ToHashSet(StringComparer.Ordinal);
        var optional = provider.Variables.Where(v => !required.Contains(v.Name)).Select(v => $"`{v.Name}`").ToArray();
        return string.Join(" **or** ", ways) + (optional.Length == 0 ? "" : " + " + string.Join(", ", optional));
    }

    private static string Name(ProviderDefinition provider, string name)
    {
        var aliases = provider.Variables.First(v => v.Name == name).Aliases;
        return aliases.Count == 0 ? $"`{name}`" : $"`{name}` ({string.Join(", ", aliases.Select(a => $"`{a}`"))})";
    }

    private static string Verify(ProviderDefinition provider) => provider.Access.FirstOrDefault(a => a.Verify is not null)?.Verify is { } verify
        ? $"yes, at most every {verify.MinIntervalS} s"
        : $"no: {provider.NoVerifyReason}";
}
