# The whole of Rendercast in one image: server, workers, studio and the command.
#
#   docker build -t rendercast .
#   docker run -p 8000:8000 -v rendercast:/data -e RENDERCAST_API_KEYS=you:<a long random key> rendercast
#
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:22-bookworm-slim
# Nobody can reach loopback inside of a container, so the door is open to the network it stands in, and wants keys.
ENV NODE_ENV=production RENDERCAST_HOST=0.0.0.0 RENDERCAST_PORT=8000 RENDERCAST_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/packages ./packages
COPY --from=build /app/apps/cli ./apps/cli
RUN mkdir /data && chown node:node /data && ln -s /app/apps/cli/bin/rendercast.js /usr/local/bin/rendercast
USER node
VOLUME /data
EXPOSE 8000
# `/alive` tells whether the loop turns; whether jobs can be taken is for the load balancer (`/ready`).
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.RENDERCAST_PORT + '/alive').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# A longer drain than this needs a longer grace of whoever stops the container.
STOPSIGNAL SIGTERM
CMD ["node", "apps/cli/bin/rendercast.js", "serve"]
