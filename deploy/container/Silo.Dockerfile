# From the repository's root: docker build -f deploy/container/Silo.Dockerfile -t control-plane-silo .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish Silo -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
ENV ControlPlane__DataDirectory=/data ControlPlane__Secrets__Directory=/run/secrets
VOLUME /data
USER app
ENTRYPOINT ["dotnet", "Silo.dll"]
