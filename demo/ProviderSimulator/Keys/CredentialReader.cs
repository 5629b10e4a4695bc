using ControlPlane.ProviderSimulator.Requests;
using ControlPlane.ProviderSimulator.Scripts;

namespace ControlPlane.ProviderSimulator.Keys;

/// <summary>Takes a credential out of the place its script names.</summary>
internal static class CredentialReader
{
    /// <summary>The text that stands there, or null when nothing was sent.</summary>
    public static string? Read(ProviderRequest request, IReadOnlyDictionary<string, string> pathParts, CredentialScript credential)
    {
        var text = credential.In switch
        {
            "header" => request.Header(credential.Name!),
            "query" => request.QueryValue(credential.Name!),
            "basic" => request.Basic(),
            "json" => request.JsonValue(credential.Name!),
            "form" => request.FormValue(credential.Name!),
            "path" => PathPart(request, pathParts, credential),
            _ => null,
        };
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>The named part of the path; the whole path when the name is none of its parts, for keys that are an address.</summary>
    private static string? PathPart(ProviderRequest request, IReadOnlyDictionary<string, string> parts, CredentialScript credential)
    {
        var name = credential.Name ?? (Template.Parse(credential.Format).Names is [var first, ..] ? first : "");
        return parts.GetValueOrDefault(name, request.Path);
    }
}
