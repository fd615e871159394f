# docker build --build-arg SOURCE_COMMIT=$(git rev-parse --short=7 HEAD) -t redtrail .
# docker run -p 127.0.0.1:8080:8080 -v redtrail:/data redtrail
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
# What `redtrail --version` says; the repository itself is not part of the image.
ARG SOURCE_COMMIT=""
RUN SOURCE_COMMIT="$SOURCE_COMMIT" cargo build --locked --release --bin redtrail

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin redtrail \
    && install --directory --owner=redtrail --mode=700 /data
COPY --from=build /source/target/release/redtrail /usr/local/bin/redtrail
USER redtrail
VOLUME /data
EXPOSE 8080
ENV REDTRAIL_SERVER_LISTEN=0.0.0.0:8080 REDTRAIL_STORE_DATA_DIR=/data
ENTRYPOINT ["redtrail"]
CMD ["serve"]
