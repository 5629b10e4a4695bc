using ControlPlane.Api.Http;

namespace ControlPlane.Api.Gateway;

/// <summary>Bodies that are needed whole: of orders, and of calls that are signed.</summary>
internal static class WholeBody
{
    public const int Largest = 1024 * 1024;

    /// <summary>Null for one that is too large.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Largest) return null;
        using var whole = new MemoryStream((int)(request.ContentLength ?? 0));
        await using var bounded = new BoundedBody(request.Body, Largest);
        try
        {
            await bounded.CopyToAsync(whole, cancellationToken);
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }

        return whole.ToArray();
    }
}
