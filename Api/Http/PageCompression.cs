using System.IO.Compression;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.ResponseCompression;

namespace ControlPlane.Api.Http;

/// <summary>Compresses the prerendered page, which carries every row twice: drawn, and as the values it starts with.</summary>
/// <remarks>Only the page: files are compressed when the program is published, and calls of the API must not pay for it.
/// Not where this process ends TLS itself: what is reflected there must not be guessable from lengths.</remarks>
internal static class PageCompression
{
    public static void AddPageCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.MimeTypes = ["text/html"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);
    }

    public static void UsePageCompression(this IApplicationBuilder app) =>
        app.UseWhen(static context => context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>() is not null, static page => page.UseResponseCompression());
}
