using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace ControlPlane.Api.Http;

/// <summary>Which bodies are taken: UTF-8 and not compressed.</summary>
internal static class MediaTypes
{
    public const string Ndjson = "application/x-ndjson";

    public static bool IsJson(HttpRequest request) => Is(request, MediaTypeNames.Application.Json);

    public static bool IsForm(HttpRequest request) => Is(request, MediaTypeNames.Application.FormUrlEncoded);

    /// <summary>A browser that leaves its page for the answer says so; programs do not.</summary>
    public static bool WantsPage(HttpRequest request) => request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);

    public static bool IsNdjson(HttpRequest request) => Is(request, Ndjson);

    private static bool Is(HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase))
        && request.Headers.ContentEncoding.Count == 0;
}
